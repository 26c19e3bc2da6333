"""Fills a page that the exact answers leave short: other spellings, less asked for, likeness of meaning, the next events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from events.filters import EventFilter
from events.search.answering.exact import best
from events.search.answering.limits import Steps
from events.search.answering.loosening import lead, looser
from events.search.answering.meaning import alike
from events.search.answering.ranking import Ranked
from events.search.answering.spelling import corrected
from events.search.records import Found, Relaxation

_NONE: Sequence[Ranked] = ()


@dataclass(slots=True)
class Page:
    """The rows of a page of `limit` with the ways by which they were found, and what is to be said about them."""

    limit: int
    rows: list[tuple[Ranked, Found]] = field(default_factory=list)
    said: list[Relaxation] = field(default_factory=list)
    _seen: set[UUID] = field(default_factory=set)

    @property
    def missing(self) -> int:
        return self.limit - len(self.rows)

    def add(self, rows: Iterable[Ranked], found: Found) -> bool:
        """Whether any of `rows` was new and had room."""
        before = len(self.rows)
        for row in rows:
            if self.missing and row.event_id not in self._seen:
                self._seen.add(row.event_id)
                self.rows.append((row, found))
        return len(self.rows) > before


def fill(page: Page, wanted: EventFilter, steps: Steps, *, now: datetime) -> None:
    """Add events to `page`, which holds all that fulfil `wanted`, and say what was read differently or left out."""
    wanted = _spell(page, wanted, steps, now)
    has_words = bool(page.rows)
    if page.missing:
        _loosen(page, wanted, steps, now)
    if page.missing and wanted.q and not has_words:
        rows = steps.run(lambda: alike(wanted, now=now, limit=page.limit * 2), _NONE)
        if page.add(rows, Found.MEANING):
            page.said.append(
                Relaxation(
                    sentence="Nothing that fits has all of these words. These are close in meaning.",
                    fields=("q",),
                )
            )
    if not page.rows:
        _next(page, wanted, steps, now)


def _spell(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> EventFilter:
    """The question as it is spelt, where that finds more."""
    spelt = steps.run(lambda: corrected(wanted), None) if wanted.q else None
    if spelt is None:
        return wanted
    had = bool(page.rows)
    if page.add(steps.run(lambda: best(spelt, now=now, limit=page.limit), _NONE), Found.SPELLING):
        also = "Also showing" if had else "Showing"
        page.said.append(Relaxation(sentence=f"{also} results for “{spelt.q}”."))
        return spelt
    return wanted if had else spelt


def _loosen(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> None:
    """The first loss that finds anything new."""
    for less in looser(wanted):
        if less.filter == EventFilter(ordering=wanted.ordering):
            continue  # asks for nothing: these are the next events, and come last
        begun = partial(lead, wanted, some=bool(page.rows))
        rows = steps.run(partial(best, less.filter, now=now, limit=page.limit * 2), _NONE)
        if page.add(rows, Found.RELAXED):
            page.said.append(less.relaxation(steps.run(begun, "Nothing.")))
            return


def _next(page: Page, wanted: EventFilter, steps: Steps, now: datetime) -> None:
    for city in dict.fromkeys((wanted.city, "")):
        coming = EventFilter(city=city, lat=wanted.lat, lng=wanted.lng)
        if page.add(steps.run(partial(best, coming, now=now, limit=page.limit), _NONE), Found.RELAXED):
            begun = steps.run(lambda: lead(wanted, some=False), "Nothing.")
            left = tuple(
                name
                for name in wanted.to_json()
                if name not in ("ordering", "lat", "lng") and not (name == "city" and city)
            )
            page.said.append(Relaxation(sentence=f"{begun} These come next.", fields=left))
            return
