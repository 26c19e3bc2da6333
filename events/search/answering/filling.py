"""Fills a page that the exact answers leave short: other spellings, the nearest events, the next events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext

from events.filters import EventFilter
from events.search.answering.exact import best
from events.search.answering.limits import Steps
from events.search.answering.loosening import lead, loosest
from events.search.answering.nearest import Nearby, nearest
from events.search.answering.ranking import Ranked
from events.search.answering.spelling import Reading, readings
from events.search.records import Found, Relaxation

_NONE: Sequence[Ranked] = ()


@dataclass(slots=True)
class Page:
    """The rows of a page of `limit` with the ways by which they were found, and what is to be said about them."""

    limit: int
    rows: list[tuple[Ranked, Found]] = field(default_factory=list)
    said: list[Relaxation] = field(default_factory=list)
    seen: set[UUID] = field(default_factory=set)

    @property
    def missing(self) -> int:
        return self.limit - len(self.rows)

    def add(self, rows: Iterable[Ranked], found: Found) -> bool:
        """Whether any of `rows` was new and had room."""
        before = len(self.rows)
        for row in rows:
            if self.missing and row.event_id not in self.seen:
                self.seen.add(row.event_id)
                self.rows.append((row, found))
        return len(self.rows) > before


def fill(page: Page, wanted: EventFilter, steps: Steps, *, now: datetime) -> None:
    """Add events to `page`, which holds all that fulfil `wanted`, and say what was read differently or left out."""
    wanted = _spell(page, wanted, steps, now)
    if page.missing:
        _near(page, wanted, steps, now)
    if not page.rows:
        _loosen(page, wanted, steps, now)
    if not page.rows:
        _next(page, wanted, steps, now)


def _spell(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> EventFilter:
    """The question as it is read otherwise, where that finds more, else where nothing is found at all."""
    none: list[Reading] = []
    had = bool(page.rows)
    read = steps.run(lambda: readings(wanted), none) if wanted.q else none
    for spelt in (one.filter for one in read):
        ask = partial(best, spelt, now=now, limit=page.limit, roughly=not spelt.city)
        if page.add(steps.run(ask, _NONE), Found.SPELLING):
            told = (
                gettext("Also showing results for “%(q)s”.")
                if had
                else gettext("Showing results for “%(q)s”.")
            )
            page.said.append(Relaxation(sentence=told % {"q": spelt.q}))
            return spelt
    corrected = [one.filter for one in read if one.corrects]
    return wanted if had or not corrected else corrected[0]


def _near(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> None:
    """The events that come nearest to the question."""
    shown = nearest(wanted, steps, seen=page.seen, now=now, limit=page.limit * 2)[: page.missing]
    if not shown:
        return
    some = bool(page.rows)
    begun = steps.run(partial(lead, wanted, some=some), gettext("Nothing."))
    for row in shown:
        page.add([row.ranked], Found.RELAXED if row.holds else Found.MEANING)
    page.said.append(_told(shown, wanted, begun, some=some))


def _told(rows: Sequence[Nearby], wanted: EventFilter, begun: str, *, some: bool) -> Relaxation:
    """One true sentence about all of `rows`; `some` where others before them fulfil the question."""
    ways = {row.way for row in rows}
    lacked = {row.lacks for row in rows}
    if len(ways) == len(lacked) == 1:
        (way,), (words,) = ways, lacked
        if way is not None and not words:
            return way.relaxation(begun)
        if way is None and words and all(row.holds for row in rows):
            told = ", ".join(gettext("“%(word)s”") % {"word": word} for word in words)
            without = gettext("These are without %(words)s.") % {"words": told}
            return Relaxation(sentence=f"{begun} {without}", fields=("q",))
    if ways == {None} and not any(row.holds for row in rows):
        sentence = (
            gettext("Nothing more has all of these words. These are close in meaning.")
            if some
            else gettext("Nothing that fits has all of these words. These are close in meaning.")
        )
        return Relaxation(sentence=sentence, fields=("q",))
    fields = {name for way in ways if way is not None for name in way.fields}
    fields |= {"q"} if any(lacked) else set()
    return Relaxation(sentence=f"{begun} {gettext('These come closest.')}", fields=tuple(sorted(fields)))


def _loosen(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> None:
    """The first of several losses together that finds anything."""
    for less in loosest(wanted):
        if less.filter == EventFilter(ordering=wanted.ordering):
            return  # asks for nothing: these are the next events, and come last
        rows = steps.run(partial(best, less.filter, now=now, limit=page.limit), _NONE)
        if page.add(rows, Found.RELAXED):
            page.said.append(
                less.relaxation(steps.run(partial(lead, wanted, some=False), gettext("Nothing.")))
            )
            return


def _next(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> None:
    for city in dict.fromkeys((wanted.city, "")):
        coming = EventFilter(city=city, lat=wanted.lat, lng=wanted.lng)
        rows = steps.run(partial(best, coming, now=now, limit=page.limit), _NONE, is_last=True)
        if page.add(rows, Found.RELAXED):
            begun = steps.run(lambda: lead(wanted, some=False), gettext("Nothing."))
            left = tuple(
                name
                for name in wanted.to_json()
                if name not in ("ordering", "lat", "lng") and not (name == "city" and city)
            )
            page.said.append(Relaxation(sentence=f"{begun} {gettext('These come next.')}", fields=left))
            return
