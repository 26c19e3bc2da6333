"""What each source says of an event, field by field, beside what readers see, and whose word counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from audit.queries import names_of
from events.facts.explaining import reasons
from events.models import Event, Listing
from events.public import source_address
from events.services.effective_facts import effective_contributions
from events.services.plans import PERSON
from moderation.desk.fields import ROWS, FieldRow, Values, told_by, values_of, zone_of
from moderation.desk.reasons import reasons_in_words
from moderation.desk.snippets import Snippet, snippets_of
from moderation.desk.words import UNKNOWN, marked, moment_words, shown
from places.models import Area, City

#: Only so many listings of an event are read, and so many sources stand beside each other.
MOST_LISTINGS: Final = 60
MOST_SOURCES: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One source's word on one field, marked where it differs from what readers see."""

    markup: SafeString | str
    source: str = ""
    differs: bool = False
    counts: bool = False
    is_known: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A field: what readers see, what each source says, and whose word counts, and why."""

    label: str
    field: str
    now: str
    said: tuple[Said, ...]
    given_by: str = ""
    why: str = ""
    is_locked: bool = False
    is_long: bool = False

    @property
    def differs(self) -> bool:
        """Whether a source says something else than readers see."""
        return any(one.differs for one in self.said)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """A source that lists the event: its name, its own page of it, and what was fetched.

    `notes` are sentences on how it was read, how far it is trusted, and whether it still lists the event.
    """

    name: str
    page: str = ""
    notes: tuple[str, ...] = ()
    snippet: Snippet | None = None
    fetched: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """The table: sources as columns, fields as rows. `more` sources are not shown."""

    reporters: tuple[Reporter, ...] = ()
    rows: tuple[Row, ...] = ()
    more: tuple[str, ...] = field(default=())


def listings_of(event: Event, *, first: str = "") -> list[Listing]:
    """The event's listings, those of the source with the slug `first` at the beginning, then the most trusted ones."""
    found = Listing.objects.filter(event=event).select_related("origin").order_by("first_seen_at", "id")
    return sorted(
        found[:MOST_LISTINGS],
        key=lambda one: (one.origin.slug != first, one.missing_since is not None, -one.origin.trust),
    )


def reported(event: Event, listings: Sequence[Listing]) -> Reported:
    """What these listings say of the event, in a bounded number of queries."""
    shown_ones = listings[:MOST_SOURCES]
    zone, now = zone_of({"timezone": event.timezone}), values_of(event)
    names = _names([one.facts for one in shown_ones])
    told = [told_by(one.facts, names=names) for one in shown_ones]
    giving = _Giving(event, listings)
    sources = [one.origin.name for one in shown_ones]
    rows = [
        giving.explain(
            row, _row(row, now, told, zone, [giving.counts(one, row) for one in shown_ones], sources)
        )
        for row in ROWS
    ]
    snippets = snippets_of(shown_ones)
    return Reported(
        reporters=tuple(_reporter(one, snippets.get(one.pk), event) for one in shown_ones),
        rows=tuple(row for row in rows if row is not None),
        more=tuple(dict.fromkeys(one.origin.name for one in listings[MOST_SOURCES:])),
    )


def reported_once(facts: Mapping[str, Any], *, name: str, event: Event | None = None) -> Reported:
    """What a source said when a review was filed whose event or listing is gone, beside the event where there is one."""
    if not facts:
        return Reported()
    told = told_by(facts, names=_names([facts]))
    now = values_of(event) if event else {}
    zone = zone_of(now or told)
    source = name or "its source"
    rows = [_row(row, now, [told], zone, [False], [source]) for row in ROWS]
    return Reported(reporters=(Reporter(name=source),), rows=tuple(row for row in rows if row is not None))


def _row(
    row: FieldRow,
    now: Values,
    told: Sequence[Values],
    zone: ZoneInfo,
    counts: Sequence[bool],
    sources: Sequence[str],
) -> Row | None:
    """A row with its words; None where nobody says anything that is worth a line. `now` is empty for no event."""
    here = row.say(now, zone) if now else UNKNOWN
    words = [row.say(values, zone) for values in told]
    if all(one in row.plain for one in (here, *words)):
        return None
    said = tuple(
        Said(
            markup=marked(here, one)[1] if one != UNKNOWN and now else one,
            source=source,
            differs=bool(now) and one not in (here, UNKNOWN),
            counts=is_counted and one != UNKNOWN,
            is_known=one != UNKNOWN,
        )
        for one, is_counted, source in zip(words, counts, sources, strict=True)
    )
    return Row(label=row.label, field=row.field, now=here, said=said, is_long=row.is_long)


class _Giving:
    """Whose word counts for each field of an event, by its provenance and its locks."""

    def __init__(self, event: Event, listings: Sequence[Listing]) -> None:
        self._event = event
        self._names = {str(one.origin_id): one.origin.name for one in listings}
        self._reasons = reasons(effective_contributions(listings)) if listings else {}
        self._is_only = len(listings) == 1
        authors = [str(given["by"]) for given in event.provenance.values() if given.get("by")]
        self._people = names_of(authors) if authors else {}

    def counts(self, listing: Listing, row: FieldRow) -> bool:
        given = self._event.provenance.get(row.field) or {}
        return str(given.get("origin", "")) == str(listing.origin_id)

    def explain(self, field_row: FieldRow, row: Row | None) -> Row | None:
        """The row with whose word counts, and why."""
        if row is None:
            return None
        given = self._event.provenance.get(field_row.field) or {}
        if field_row.field in self._event.locked_fields or given.get("origin") == PERSON:
            return replace(row, is_locked=True, given_by=self._author(given), why="no source changes it")
        name = self._names.get(str(given.get("origin", "")), "")
        if not name:
            joined = field_row.field in ("tags", "performers", "images")
            return replace(row, why="joined from all sources" if joined and not self._is_only else "")
        if self._is_only:  # said once, above the table
            return row
        known = [one for one in row.said if one.is_known]
        if len(known) > 1 and not row.differs:
            return replace(row, given_by=name, why="the sources agree")
        chosen, why = self._reasons.get(field_row.field, (None, ""))
        is_as_now = chosen is not None and chosen.origin == str(given.get("origin"))
        return replace(row, given_by=name, why=why if is_as_now else "as it was when this was last recorded")

    def _author(self, given: Mapping[str, Any]) -> str:
        """`set by anna@example.org on Sat 21 Nov 2026, 20:00 IST`."""
        who = self._people.get(str(given.get("by", ""))) or "a person"
        when = shown("set_at", given.get("at"), zone=self._event.timezone)
        return f"set by {who}" + (f" on {when}" if when != UNKNOWN else "")


def _reporter(listing: Listing, snippet: Snippet | None, event: Event) -> Reporter:
    return Reporter(
        name=listing.origin.name,
        page=source_address(listing),
        notes=tuple(_notes(listing, event)),
        snippet=snippet,
        fetched=moment_words(snippet.fetched_at, event.timezone) if snippet and snippet.fetched_at else "",
    )


def _notes(listing: Listing, event: Event) -> list[str]:
    zone = event.timezone
    method = shown("extraction_method", (listing.facts.get("extraction") or {}).get("method"), zone=zone)
    return [
        note
        for note in (
            f"read {method}" if method != UNKNOWN else "",
            f"trusted {round(listing.origin.trust * 100)} of 100",
            f"first seen {moment_words(listing.first_seen_at, zone)}",
            f"changed {moment_words(listing.changed_at, zone)}" if _has_changed(listing) else "",
            f"not listed since {moment_words(listing.missing_since, zone)}" if listing.missing_since else "",
            "its newest words wait for a moderator" if listing.accepted is not None else "",
            "it no longer fits the other sources" if listing.mismatched_since else "",
            f"joined by matching: {_joined(str(listing.joined.get('reasons') or ''))}"
            if listing.joined
            else "",
        )
        if note
    ]


def _joined(reasons_found: str) -> str:
    return " ".join(reason.words for reason in reasons_in_words(reasons_found)).rstrip(".")


def _has_changed(listing: Listing) -> bool:
    changed: datetime = listing.changed_at
    return changed > listing.first_seen_at


def _names(facts: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the cities and areas that facts refer to, by slug (two queries)."""
    located = [one.get("located") or {} for one in facts]
    cities = {str(one["city"]) for one in located if one.get("city")}
    areas = {str(one["area"]) for one in located if one.get("area")}
    found = dict(City.objects.filter(slug__in=cities).values_list("slug", "name")) if cities else {}
    if areas:
        found |= Area.objects.filter(slug__in=areas, city__slug__in=cities).values_list("slug", "name")
    return found
