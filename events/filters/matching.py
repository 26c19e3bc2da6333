"""Evaluates a filter in memory, on the public event (docs/interfaces.md)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from events.filters.conditions import EventFilter
from events.filters.windows import Window, days_window, going_out_window, in_hours, window
from events.filters.words import parse
from pipeline.dates.event_times import over_at, zone_or_utc
from pipeline.geography.coordinates import EARTH_RADIUS_KM, haversine_km
from pipeline.text.terms import Terms

#: An event of at least this length is ongoing: it is listed on each of its days, a shorter one only on its
#: first.
LONG = timedelta(hours=20)
#: The radius that PostgreSQL's earthdistance uses, so that both evaluators agree on what is near.
_DATABASE_EARTH_KM = 6378.168


def matches(
    wanted: EventFilter, event: Mapping[str, Any], *, terms: Callable[[], Terms], now: datetime
) -> bool:
    """Whether the public `event`, whose text has these `terms`, matches `wanted`.

    `terms` gives those of `EventSearch.document` (`events.queries.search_texts`), so that the database and memory
    search the same. It is called last, and only for a question in words: a text of a thousand words takes a millisecond
    to read. Whether the event is over or visible is not checked; see `is_over`.
    """
    return Question(wanted).matches(event, terms=terms, now=now)


class Question:
    """A filter that is asked of many events: only what it has conditions for is looked at, words last."""

    __slots__ = ("_checks",)

    def __init__(self, wanted: EventFilter) -> None:
        self._checks = [check for prepare in _CHECKS if (check := prepare(wanted)) is not None]

    def matches(self, event: Mapping[str, Any], *, terms: Callable[[], Terms], now: datetime) -> bool:
        """As the function `matches`."""
        for check in self._checks:  # noqa: SIM110 - a hundred thousand times for a batch
            if not check(event, terms, now):
                return False
        return True


def is_over(event: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether the public `event` is past, by the rule of `pipeline.dates.event_times.over_at`."""
    if _dated(event):
        return _local(event, now).date() > _last_day(event)
    predicted = _moment(event, "end_predicted") if event["end_predicted"] else None
    end = _moment(event, "end") if event["end"] else None
    return over_at(_moment(event, "start"), end, timezone=event["timezone"], predicted=predicted) <= now


def _category(wanted: EventFilter) -> "Check | None":
    if not wanted.categories:
        return None
    said = parse(wanted.category_words)
    has_words = bool(said.tsquery())
    return lambda event, terms, _now: (
        event["category"] in wanted.categories or (has_words and said.matches(terms()))
    )


def _words(wanted: EventFilter) -> "Check | None":
    if not wanted.q:
        return None
    asked = parse(wanted.q)
    return lambda _event, terms, _now: asked.matches(terms())


def _labels(wanted: EventFilter) -> "Check | None":
    if not (wanted.tags or wanted.statuses or wanted.language):
        return None
    return lambda event, _terms, _now: _has_labels(wanted, event)


def _has_labels(wanted: EventFilter, event: Mapping[str, Any]) -> bool:
    if wanted.tags and not set(wanted.tags) & set(event["tags"]):
        return False
    if wanted.statuses and event["status"] not in wanted.statuses:
        return False
    asked, own = wanted.language, event["language"] or ""
    return not asked or own.split("-")[0].lower() == asked.split("-")[0].lower()


def _place(wanted: EventFilter) -> "Check | None":
    city, area, online = wanted.city, wanted.area, wanted.online
    if not (city or area or online):
        return None
    return lambda event, _terms, _now: (
        (not city or event["city"] == city)
        and (not area or event["area"] == area)
        and (not online or event["online"] == online)
    )


def _point(wanted: EventFilter) -> "Check | None":
    if wanted.radius_km is None and wanted.bbox is None:
        return None
    return lambda event, _terms, _now: _is_there(wanted, event["venue"])


def _is_there(wanted: EventFilter, venue: Mapping[str, Any]) -> bool:
    # a point that is only near the venue is shown on maps, and the database has none
    lat, lng = (None, None) if venue.get("approximate") else (venue["lat"], venue["lng"])
    return _within(wanted, lat, lng) and _inside(wanted, lat, lng)


def _within(wanted: EventFilter, lat: float | None, lng: float | None) -> bool:
    if wanted.radius_km is None or wanted.lat is None or wanted.lng is None:
        return True
    if lat is None or lng is None:
        return False
    return (
        haversine_km(wanted.lat, wanted.lng, lat, lng) * _DATABASE_EARTH_KM / EARTH_RADIUS_KM
        <= wanted.radius_km
    )


def _inside(wanted: EventFilter, lat: float | None, lng: float | None) -> bool:
    if wanted.bbox is None:
        return True
    west, south, east, north = wanted.bbox
    if lat is None or lng is None or not south <= lat <= north:
        return False
    return west <= lng <= east if west <= east else lng >= west or lng <= east


def _matches_when(wanted: EventFilter, event: Mapping[str, Any], now: datetime) -> bool:
    start = _moment(event, "start")
    if wanted.start_after and start < wanted.start_after:
        return False
    if wanted.start_before and start >= wanted.start_before:
        return False
    if wanted.updated_since and datetime.fromisoformat(event["updated_at"]) < wanted.updated_since:
        return False
    if wanted.day and not _in_window(event, going_out_window(wanted.day)):
        return False
    if (wanted.from_day or wanted.to_day) and not _in_window(
        event, days_window(wanted.from_day, wanted.to_day)
    ):
        return False
    return wanted.when is None or _in_window(event, window(wanted.when, now=_local(event, now)))


def _matches_hours(wanted: EventFilter, event: Mapping[str, Any]) -> bool:
    clock = _local(event, _moment(event, "start")).time()
    return not _dated(event) and in_hours(clock, wanted.from_hour, wanted.to_hour)


def _matches_age(wanted: EventFilter, event: Mapping[str, Any]) -> bool:
    least = event["age_limit"]
    if wanted.guest_age is not None and least is not None and least > wanted.guest_age:
        return False
    return wanted.least_age is None or (least is not None and least >= wanted.least_age)


def _in_window(event: Mapping[str, Any], days: Window) -> bool:
    start = _local(event, _moment(event, "start")).replace(tzinfo=None)
    is_dated = _dated(event)
    if not is_dated and days.begins <= start < days.ends:
        return True
    if not days.holds_dated or days.first > _last_day(event) or days.is_closed(event["opening_hours"]):
        return False
    return start.date() <= days.last_dated if is_dated else start < days.begins and _is_long(event)


def _is_long(event: Mapping[str, Any]) -> bool:
    return bool(event["end"]) and _moment(event, "end") - _moment(event, "start") >= LONG


def _last_day(event: Mapping[str, Any]) -> date:
    return _local(event, _moment(event, "end" if event["end"] else "start")).date()


def _matches_price(wanted: EventFilter, event: Mapping[str, Any]) -> bool:
    price = event["price"]
    if wanted.price == "free" and price["type"] != "free":
        return False
    if wanted.price == "paid" and price["type"] not in ("paid", "variable"):
        return False
    if wanted.price_max is None or price["type"] == "free":
        return True
    if wanted.currency and price["currency"] != wanted.currency:
        return False
    return price["min"] is not None and Decimal(str(price["min"])) <= wanted.price_max


def _matches_origin(wanted: EventFilter, event: Mapping[str, Any]) -> bool:
    if wanted.venue and event["venue"].get("id") != str(wanted.venue):
        return False
    if wanted.organizer and (event["organizer"] or {}).get("id") != str(wanted.organizer):
        return False
    return not wanted.source or any(source["slug"] == wanted.source for source in event["sources"])


def _dated(event: Mapping[str, Any]) -> bool:
    return bool(event["all_day"]) or not event["time_known"]


def _moment(event: Mapping[str, Any], name: str) -> datetime:
    """A time of the event as an aware datetime; of a date, its local midnight; the start by default."""
    text = event.get(name) or event["start"]
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time(), zone_or_utc(event["timezone"]))
    return datetime.fromisoformat(text)


def _local(event: Mapping[str, Any], moment: datetime) -> datetime:
    return moment.astimezone(zone_or_utc(event["timezone"]))


def _when(wanted: EventFilter) -> "Check | None":
    w = wanted
    if not (w.start_after or w.start_before or w.updated_since or w.day or w.from_day or w.to_day or w.when):
        return None
    return lambda event, _terms, now: _matches_when(wanted, event, now)


def _hours(wanted: EventFilter) -> "Check | None":
    if wanted.from_hour is None and wanted.to_hour is None:
        return None
    return lambda event, _terms, _now: _matches_hours(wanted, event)


def _price(wanted: EventFilter) -> "Check | None":
    if not wanted.price and wanted.price_max is None:
        return None
    return lambda event, _terms, _now: _matches_price(wanted, event)


def _age(wanted: EventFilter) -> "Check | None":
    if wanted.guest_age is None and wanted.least_age is None:
        return None
    return lambda event, _terms, _now: _matches_age(wanted, event)


def _origin(wanted: EventFilter) -> "Check | None":
    if not (wanted.venue or wanted.organizer or wanted.source):
        return None
    return lambda event, _terms, _now: _matches_origin(wanted, event)


#: Decides by the event, what gives its terms, and the present moment.
Check = Callable[[Mapping[str, Any], Callable[[], Terms], datetime], bool]
#: What may be asked, in the order in which it is looked at; None where a filter has no such condition.
_CHECKS: Final[tuple[Callable[[EventFilter], Check | None], ...]] = (
    _labels, _place, _point, _when, _hours, _price, _age, _origin, _category, _words,
)  # fmt: skip
