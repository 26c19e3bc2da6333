"""A filter of events evaluated in memory on the data of a change (`events.services.announcing`)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from events.filters import EventFilter, matches
from events.queries import SearchText
from pipeline.text.terms import Terms

#: The conditions that can be evaluated on a change. Who takes filters of changes refuses the others.
EVALUATED: Final = frozenset(
    {
        "city", "area", "categories", "tags", "q", "statuses", "start_after", "start_before", "when",
        "day", "from_day", "to_day", "from_hour", "to_hour",
        "lat", "lng", "radius_km", "bbox", "price", "price_max", "online", "language",
    }
)  # fmt: skip
#: Fields of the public event that a change does not carry.
_NOT_CARRIED: Mapping[str, Any] = {
    "description": "", "performers": (), "organizer": None, "sources": (), "end_predicted": None, "opening_hours": "",
    "age_limit": None,
}  # fmt: skip
#: The search texts of the events of some changes (`events.queries.search_texts`).
Texts = Mapping[UUID, SearchText]


def asks_text(wanted: EventFilter | None) -> bool:
    """Whether the filter can only be evaluated with the text of the event, which a change does not carry."""
    return wanted is not None and bool(wanted.q)


def not_evaluated(wanted: EventFilter) -> list[str]:
    """The conditions, by the names of the API, that cannot be evaluated on a change."""
    others = wanted.without("ordering", *EVALUATED).to_query()
    return sorted(others)


def passes(
    wanted: EventFilter,
    kind: str,
    data: Mapping[str, Any],
    *,
    text: SearchText | None = None,
    transaction: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Whether a reader with the filter `wanted` gets a change of type `kind`, made in `transaction`.

    It does if the event matches now, or matched before the change, so that the reader can remove it. `text` is
    needed where the filter `asks_text`. Removals, merges and cancellations always pass, since the reader may show the
    event. So does what cannot be evaluated: data that is not whole, and words of an event whose text is not known, now or
    before (it changed twice meanwhile, or a day ago).
    """
    if kind in ("event.removed", "event.merged", "event.cancelled") or not kind.startswith("event."):
        return True
    moment = now or datetime.now(UTC)
    try:
        if _matches(wanted, data, _now_in(text), moment):
            return True
        former: Mapping[str, Any] = data.get("before") or {}
        is_other = asks_text(wanted) and kind != "event.published" and _may_differ(text, transaction)
        if not former and not is_other:
            return False
        terms = _before(text, transaction) if is_other else _now_in(text)
        return _matches(wanted, {**data, **former}, terms, moment)
    except (KeyError, TypeError, ValueError, AttributeError):
        return True


def _matches(wanted: EventFilter, data: Mapping[str, Any], terms: Callable[[], Terms], now: datetime) -> bool:
    try:
        return matches(wanted, public_of(data), terms=terms, now=now)
    except _UnknownText:
        return True


class _UnknownText(Exception):
    """The filter asks for words, everything else matches, and the text is not known."""


def _now_in(text: SearchText | None) -> Callable[[], Terms]:
    def read() -> Terms:
        if text is None:
            raise _UnknownText
        return text.terms

    return read


def _may_differ(text: SearchText | None, transaction: int | None) -> bool:
    """Whether the text before the change may be another than `text` now: it changed in this transaction or a later one."""
    return text is None or (
        text.changed_in is not None and (transaction is None or text.changed_in >= transaction)
    )


def _before(text: SearchText | None, transaction: int | None) -> Callable[[], Terms]:
    def read() -> Terms:
        if text is None or text.changed_in != transaction or not text.before:
            raise _UnknownText
        return text.former_terms

    return read


def public_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a change in the shape of the public event, which `matches` reads. Raises KeyError where it is not whole.

    An event without a time has dates.
    """
    venue = {"name": data["venue"], "lat": data["lat"], "lng": data["lng"]}
    days = (
        {"start": data["start_date"], "end": data["end_date"]}
        if "start_date" in data and (data["all_day"] or not data["time_known"])
        else {}
    )
    return {**_NOT_CARRIED, **data, **days, "venue": venue}
