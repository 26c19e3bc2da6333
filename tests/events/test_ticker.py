"""The newest changes in a few lines."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from events.ticker import MOST, ticker

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def change(number: int, **facts: Any) -> tuple[str, datetime, dict[str, Any]]:
    """The `number`th newest change, of an event of its own."""
    start = (NOW + timedelta(days=number)).isoformat()
    data = {"id": str(UUID(int=number)), "slug": "x", "title": f"Event {number}", "start": start, **facts}
    return "event.published", NOW - timedelta(minutes=number), data


def test_five_lines_at_most_and_only_of_what_has_a_title_and_a_start() -> None:
    changes = [change(1, title=""), change(2, start=None), *(change(number) for number in range(3, 12))]
    lines = ticker(changes, now=NOW, cities={})
    assert [line.title for line in lines] == [f"Event {number}" for number in range(3, 3 + MOST)]


def test_of_the_dates_of_one_programme_the_newest_change_is_told() -> None:
    changes = [*(change(number, title="Yoga", venue="Lake") for number in (1, 2, 3)), change(4, title="Quiz")]
    changes.append(change(5, title="Yoga", venue="Park"))
    lines = ticker(changes, now=NOW, cities={})
    assert [(line.title, line.ago) for line in lines] == [
        ("Yoga", "just now"),
        ("Quiz", "4 min ago"),
        ("Yoga", "5 min ago"),
    ]
