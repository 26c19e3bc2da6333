"""Questions that ask for a little less, the smallest loss first, each with one true sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from events.filters import EventFilter
from events.search.records import Relaxation
from events.times import WHEN_WORDS, When
from places.models import Area, City

_DAYS = ("when", "day", "from_day", "to_day", "start_after", "start_before")
_SPOT = ("area", "venue", "radius_km", "bbox")
#: A question of so many words is tried without each of them.
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Looser:
    """A question, the fields that it leaves out or widens, and what is true of the events that it adds."""

    filter: EventFilter
    fields: tuple[str, ...]
    sentence: str

    def relaxation(self, lead: str) -> Relaxation:
        return Relaxation(sentence=f"{lead} {self.sentence}", fields=self.fields)


def looser(wanted: EventFilter) -> Iterator[Looser]:
    """Each condition of `wanted` left out alone, then all from the first to the last, so that the last asks for nothing."""
    singles = list(_singles(wanted))
    yield from singles
    left = wanted
    for names in (single.fields for single in singles if single.fields != ("q",)):
        left = left.without(*names)
        yield Looser(left, _lost(wanted, left), "These are the nearest to it.")


def lead(wanted: EventFilter, *, some: bool) -> str:
    """What was not found, such as "Nothing tonight in Indiranagar."; `some` says that a few events were."""
    said = ["Nothing more" if some else "Nothing"]
    plain = replace(
        EventFilter(), **{name: getattr(wanted, name) for name in ("when", "day", "area", "city", "ordering")}
    )
    said += ["like that"] if replace(wanted, lat=None, lng=None) != plain else []
    said += [WHEN_WORDS[wanted.when]] if wanted.when else []
    said += [f"on {wanted.day:%a} {wanted.day.day} {wanted.day:%b}"] if wanted.day else []
    place = _place(wanted)
    return " ".join([*said, f"in {place}"] if place else said) + "."


def _singles(wanted: EventFilter) -> Iterator[Looser]:
    if wanted.from_hour or wanted.to_hour:
        yield _without(wanted, "These begin at another hour.", "from_hour", "to_hour")
    if wanted.when and wanted.when is not When.WEEK:
        yield Looser(replace(wanted, when=When.WEEK), ("when",), "These are on this week.")
    if any(getattr(wanted, name) for name in _DAYS):
        yield _without(wanted, "These are on other days.", *_DAYS)
    if any(getattr(wanted, name) for name in _SPOT):
        yield _without(wanted, "These are in other places.", *_SPOT)
    if wanted.price or wanted.price_max is not None:
        yield _without(
            wanted, "These have another price, or do not say theirs.", "price", "price_max", "currency"
        )
    if wanted.categories:
        yield _without(wanted, "These are of other kinds.", "categories", "category_words")
    yield from _fewer_words(wanted)
    if wanted.city:
        yield _without(wanted, "These are elsewhere.", "city", *_SPOT)
    rest = (
        "tags",
        "online",
        "organizer",
        "source",
        "language",
        "statuses",
        "guest_age",
        "least_age",
        "updated_since",
    )
    if any(getattr(wanted, name) not in (None, "", ()) for name in rest):
        yield _without(wanted, "These differ in some of what was asked for.", *rest)


def _fewer_words(wanted: EventFilter) -> Iterator[Looser]:
    words = wanted.q.split()
    if '"' in wanted.q or not 1 < len(words) <= _MOST_WORDS:
        return
    for place, word in enumerate(words):
        left = " ".join(words[:place] + words[place + 1 :])
        yield Looser(replace(wanted, q=left), ("q",), f"These are without “{word}”.")


def _without(wanted: EventFilter, sentence: str, *names: str) -> Looser:
    left = wanted.without(*names)
    return Looser(left, _lost(wanted, left), sentence)


def _lost(wanted: EventFilter, left: EventFilter) -> tuple[str, ...]:
    return tuple(name for name in wanted.__slots__ if getattr(wanted, name) != getattr(left, name))


def _place(wanted: EventFilter) -> str:
    """The name of the area, else of the city; '' where neither is asked for or known. One query at most."""
    if wanted.area:
        areas = Area.objects.filter(slug=wanted.area)
        areas = areas.filter(city__slug=wanted.city) if wanted.city else areas
        return areas.values_list("name", flat=True).first() or ""
    cities = City.objects.filter(slug=wanted.city) if wanted.city else City.objects.none()
    return cities.values_list("name", flat=True).first() or ""
