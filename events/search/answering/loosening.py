"""Questions that ask for a little less, the smallest loss first, each with one true sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext, pgettext

from events.filters import EventFilter
from events.search.records import Relaxation
from events.times import When
from events.words import calendar_day, when_words
from places.models import Area, City

_DAYS = ("when", "day", "from_day", "to_day", "start_after", "start_before")
_REST = (
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
#: The days around a day that was asked for.
_AROUND = 3


@dataclass(frozen=True, slots=True)
class Looser:
    """A question, the fields that it leaves out or widens, what is true of the events that it adds, and how great the loss is.

    A loss of 1 is as great as that of all words.
    """

    filter: EventFilter
    fields: tuple[str, ...]
    sentence: str
    loss: float

    def relaxation(self, lead: str) -> Relaxation:
        return Relaxation(sentence=f"{lead} {self.sentence}", fields=self.fields)


def looser(wanted: EventFilter) -> Iterator[Looser]:
    """Each condition of `wanted` widened or left out alone."""
    if wanted.from_hour or wanted.to_hour:
        yield _without(wanted, 0.2, gettext("These begin at another hour."), "from_hour", "to_hour")
    yield from _other_days(wanted)
    yield from _other_places(wanted)
    if wanted.price or wanted.price_max is not None:
        yield _without(
            wanted,
            0.2,
            gettext("These have another price, or do not say theirs."),
            "price",
            "price_max",
            "currency",
        )
    if wanted.categories and not wanted.category_words:
        yield _without(wanted, 0.3, gettext("These are of other kinds."), "categories")
    if any(getattr(wanted, name) not in (None, "", ()) for name in _REST):
        yield _without(wanted, 0.5, gettext("These differ in some of what was asked for."), *_REST)
    if wanted.city:
        yield _without(
            wanted, 1.0, gettext("These are elsewhere."), "city", "area", "venue", "radius_km", "bbox"
        )


def loosest(wanted: EventFilter) -> Iterator[Looser]:
    """The conditions of `wanted` left out one after the other, the first first, so that the last asks for words alone."""
    left, loss = wanted, 0.0
    for one in looser(wanted):
        left, loss = left.without(*one.fields), loss + one.loss
        yield Looser(left, _lost(wanted, left), gettext("These are the nearest to it."), loss)


def _other_days(wanted: EventFilter) -> Iterator[Looser]:
    """The week of the days, then any day."""
    if wanted.when and wanted.when is not When.WEEK:
        yield Looser(replace(wanted, when=When.WEEK), ("when",), gettext("These are on this week."), 0.2)
    first, last = wanted.day or wanted.from_day, wanted.day or wanted.to_day
    if first and last:
        # a day within the calendar: any year may be asked for
        begin = date.fromordinal(max(first.toordinal() - _AROUND, 1))
        end = date.fromordinal(min(last.toordinal() + _AROUND, date.max.toordinal()))
        near = replace(wanted.without("day"), from_day=begin, to_day=end)
        yield Looser(near, _lost(wanted, near), gettext("These are on the days around it."), 0.2)
    if any(getattr(wanted, name) for name in _DAYS):
        yield _without(wanted, 0.4, gettext("These are on other days."), *_DAYS)


def _other_places(wanted: EventFilter) -> Iterator[Looser]:
    """The narrowest place is left out first: the venue, the area, the circle or the box."""
    lost: list[str] = []
    for names in (("venue",), ("area",), ("radius_km", "bbox")):
        if any(getattr(wanted, name) for name in names):
            lost += names
            yield _without(wanted, 0.2 + 0.1 * len(lost), gettext("These are in other places."), *lost)


def lead(wanted: EventFilter, *, some: bool) -> str:
    """What was not found, such as "Nothing tonight in Indiranagar."; `some` says that a few events were."""
    plain = replace(
        EventFilter(), **{name: getattr(wanted, name) for name in ("when", "day", "area", "city", "ordering")}
    )
    days, place = "", _place(wanted)
    if wanted.when:
        days = when_words(wanted.when)
    elif wanted.day:
        days = gettext("on %(day)s") % {"day": calendar_day(wanted.day, today=wanted.day)}
    said = {
        "nothing": gettext("Nothing more") if some else gettext("Nothing"),
        "kind": gettext("like that") if replace(wanted, lat=None, lng=None) != plain else "",
        "days": days,
        "where": gettext("in %(place)s") % {"place": place} if place else "",
    }
    # Translators: what was not found, in the order of the language; all parts but the first may be empty.
    order = pgettext("sentence without its full stop", "%(nothing)s %(kind)s %(days)s %(where)s")
    # Translators: a sentence with its full stop.
    return pgettext("sentence", "%(said)s.") % {"said": " ".join((order % said).split())}


def _without(wanted: EventFilter, loss: float, sentence: str, *names: str) -> Looser:
    left = wanted.without(*names)
    return Looser(left, _lost(wanted, left), sentence, loss)


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
