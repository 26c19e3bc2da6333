"""The time of the tests: Saturday, 21 November 2026."""

from datetime import UTC, datetime

#: 17:30 in Bengaluru.
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: 19:30 in Bengaluru: tests of pages look at what is on tonight.
EVENING = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
