"""Parses times in arguments of commands."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from django.core.management.base import CommandError
from django.utils.dateparse import parse_datetime

#: Years in which every zone and every horizon can be computed.
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9000


def since_of(text: str, now: datetime) -> datetime:
    """The time `now` minus a number of days, or a moment in ISO 8601."""
    return (
        now - timedelta(days=float(text))
        if text.replace(".", "", 1).isdigit()
        else moment_of(text, "--since")
    )


def moment_of(text: str, option: str, zone: tzinfo = UTC) -> datetime:
    """A moment in ISO 8601, in `zone` where it has no offset. Raises CommandError with the option's name."""
    try:
        moment = parse_datetime(text) or datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"{option} {text}: no ISO 8601 time, such as 2026-11-21T18:00:00+00:00.", returncode=2
        ) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CommandError(
            f"{option} {text}: the year must be from {FIRST_YEAR} to {LAST_YEAR}.", returncode=2
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
