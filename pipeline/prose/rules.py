"""The extractor by rules: what, when, where and how much, each with its evidence.

Precision comes before recall.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Recurrence, Venue
from pipeline.contract.prose import MAX_EVENTS, MAX_PROSE, Evidence, Prose
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.geography.gazetteer import Gazetteer
from pipeline.prose.beliefs import belief, is_announced, without_doubtful
from pipeline.prose.days import Day
from pipeline.prose.entries import Entry, above, entries_of
from pipeline.prose.entry_times import times_of
from pipeline.prose.languages import language_of
from pipeline.prose.lines import MAX_LENGTH, lines_of
from pipeline.prose.monthly import monthly_rule
from pipeline.prose.naming import title_of, tour_title
from pipeline.prose.places import (
    LEADS,
    Place,
    addressed,
    is_no_name,
    known_cities,
    looks_like_place,
    place_among,
    place_in,
    tour_stop,
)
from pipeline.prose.prices import price_in
from pipeline.prose.rows import Row, rows_of
from pipeline.prose.titles import is_call, pieces_of
from pipeline.text.decoding import MAX_DESCRIPTION

#: From this confidence on, a place beside the day outranks an equally certain one elsewhere in the text.
BESIDE: Final = 0.5

_CANCELLED: Final = patterns.compile(
    r"\b(?:cancell?ed|called off|abgesagt|fällt aus|annulée?|cancelad[oa]|annullat[oa])\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_POSTPONED: Final = patterns.compile(
    r"\b(?:postponed|verschoben|reportée?|aplazad[oa]|pospuest[oa]|rinviat[oa])\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_SOLD_OUT: Final = patterns.compile(
    r"\b(?:sold[- ]out|ausverkauft|complet|agotad[oa]s?|tutto esaurito|uitverkocht)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_TICKETS: Final = patterns.compile(
    r"ticket|eventbrite|dice\.fm|bookmyshow|insider\.in|skillbox|universe\.com|seetickets|reservix|rsvp|register|booking",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: The rest of a span of days at a tour stop: "9/22-23 – Lisbon".
_SPAN_LEFT: Final = patterns.compile(
    r"^[\s|:,–—-]*+(?:(?<=[–-])\d{1,2}(?=\s))?[\s|:,–—-]*+|(?<![\s|:,–—-])[\s|:,–—-]++$", longest=MAX_LENGTH
)
_COMMAS: Final = patterns.compile(r"(?:(?<!\s)\s++)?+[,|/&+]\s*+", longest=MAX_LENGTH)
_LINE_UP: Final = patterns.compile(
    r"^(?:line-?up|performers?|artists?|featuring|feat\.?|künstler|artistes|artistas)\s*[:：]\s*(.+)$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


class Rules:
    """Extracts by rules and word lists.

    The same text gives the same records on every machine, without a model.
    """

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self._given = gazetteer

    @property
    def gazetteer(self) -> Gazetteer:
        """The cities that texts may name."""
        return self._given or known_cities()

    def extract(self, prose: Prose) -> tuple[RawRecord | Dropped, ...]:
        """The records of a text, or one Dropped.

        Its reason: "no text", "no date in the text", "several dates, no list" or "no title".
        """
        lines = lines_of(prose.text[:MAX_PROSE])
        headline = lines_of(prose.title)[:1]
        if not lines and not headline:
            return (Dropped(reason="no text"),)
        language = language_of(f"{prose.title}\n{prose.text}", prose.language)
        how = {
            "written": prose.written,
            "language": language,
            "month_first": prose.month_first,
            "counting": prose.published is not None,
        }
        head, rows = rows_of(headline, **how), rows_of(lines, **how)
        entries = without_doubtful(entries_of(rows) if rows else [], prose.written)
        if headline:
            entries = [entry for entry in entries if entry.listed or is_announced(entry, prose.written)]
        if not any(entry.listed for entry in entries) and any(row.days for row in head):
            entries = without_doubtful(entries_of([*head, *rows]), prose.written) or entries
        if not entries:
            several = len({day.first for row in rows for day in row.days}) > 1
            return (
                Dropped(
                    reason="several dates, no list" if several else "no date in the text",
                    title=prose.title[:300],
                ),
            )
        prose = replace(prose, language=language)
        tour = tour_title(head, rows, entries)
        prose = self._with_shared_place(prose, head, rows, entries)
        made = [
            self._record(entry, day, prose, head, language, tour)
            for entry in entries[:MAX_EVENTS]
            for day in entry.days
        ]
        records = list(_once([record for record in made if record.title]))
        return tuple(records[:MAX_EVENTS]) or (Dropped(reason="no title"),)

    def _with_shared_place(
        self, prose: Prose, head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]
    ) -> Prose:
        """Use the place above a list for its entries without a place: "This week at The Lantern:"."""
        found = [
            place
            for row in above(head, rows, entries)
            if (place := place_in(row.bare, gazetteer=self.gazetteer)) is not None and place.name
        ]
        return replace(prose, venue=found[0].name) if found else prose

    def _record(
        self, entry: Entry, day: Day, prose: Prose, head: Sequence[Row], language: str, tour: str
    ) -> RawRecord:
        start, end, doors, clock_words = times_of(entry, day)
        rule, later = monthly_rule(
            [row.line.text for row in entry.rows if day in row.days], day, prose.written
        )
        stop = self._tour_stop(entry) if tour else None
        place = stop or self._place(entry)
        title, sure, title_words = (
            (tour, 0.6, tour) if stop else title_of(entry, prose, head, place, gazetteer=self.gazetteer)
        )
        venue, venue_sure, venue_words = self._venue(entry, place, prose, title)
        rows = [*entry.rows, *entry.details]
        told = "\n".join(row.line.text for row in rows)
        price = price_in(row.line.text for row in rows)
        evidence = _evidence(
            title=(title_words, sure),
            start=(f"{day.text} {clock_words}".strip(), belief(entry, day)),
            venue=(venue_words, venue_sure),
            price=(price, 0.7 if price else 0.0),
        )
        url, ticket_url = _urls(entry)
        return RawRecord(
            external_id="",
            stable_id=False,
            title=title,
            description=(told if entry.listed else prose.text)[:MAX_DESCRIPTION],
            start=start + later,
            end=end + later if end is not None else None,
            doors=doors + later if doors is not None else None,
            recurrence=Recurrence(rrule=rule) if rule else None,
            venue=venue,
            url=url or prose.url,
            ticket_url=ticket_url,
            price_text=price,
            status="cancelled" if _CANCELLED.search(told) else "postponed" if _POSTPONED.search(told) else "",
            sold_out=bool(_SOLD_OUT.search(told)),
            performers=_performers(rows),
            language=language[:20],
            method=ExtractionMethod.TEXT,
            metadata=evidence.metadata(),
            published=prose.published,
        )

    def _place(self, entry: Entry) -> Place | None:
        """The place in the entry's lines: for an entry of a list the first, for a text the most certain."""
        named = [
            (row, place)
            for row in (*entry.rows, *entry.details)
            if (place := place_in(row.bare, gazetteer=self.gazetteer)) is not None
        ]
        found = [place for _, place in named]
        found += [
            place
            for row in entry.details
            if not (row.days or row.clocks) and (place := addressed(row.line.text)) is not None
        ]
        beside = next((place for row, place in named if row.days and row in entry.rows), None)
        if (
            beside
            and beside.confidence >= BESIDE
            and not any(place.confidence > beside.confidence + 0.1 for place in found)
        ):
            return beside
        return max(found, key=lambda place: place.confidence) if found else None

    def _tour_stop(self, entry: Entry) -> Place | None:
        row = next((row for row in entry.rows if row.days), entry.rows[0])
        return tour_stop(_SPAN_LEFT.sub("", row.bare.replace("¦", " ")), gazetteer=self.gazetteer)

    def _venue(self, entry: Entry, place: Place | None, prose: Prose, title: str) -> tuple[Venue, float, str]:
        if place is not None and (place.name or place.city):
            name = place.name or prose.venue
            return Venue(name=name, address=place.address, city=place.city), place.confidence, place.words
        rows = entry.rows if entry.listed else (*entry.rows, *entry.details)
        pieces = [
            piece
            for row in rows
            for piece in pieces_of(row.bare)
            if piece != title and title not in piece and not is_call(piece)
        ]
        likely = next((piece for piece in pieces if looks_like_place(piece, gazetteer=self.gazetteer)), "")
        likely = likely or next(
            (part for piece in pieces if (part := place_among(piece, gazetteer=self.gazetteer))), ""
        )
        if likely:
            name, _, rest = (part.strip() for part in LEADS.sub("", likely).partition(","))
            return Venue(name=name, address=likely if rest else ""), 0.5, likely
        if (
            entry.listed
            and len(pieces) == 1
            and len(entry.rows) == 1
            and len(pieces[0]) <= 60
            and not is_no_name(pieces[0])
        ):
            return Venue(name=pieces[0]), 0.4, pieces[0]
        return (Venue(name=prose.venue), 0.6, prose.venue) if prose.venue else (Venue(), 0.0, "")


def _evidence(**found: tuple[str, float]) -> Evidence:
    """Of each field the words that give it and the confidence in them, where there are words."""
    return Evidence(
        words={name: text[:200] for name, (text, _) in found.items() if text},
        confidence={name: sure for name, (text, sure) in found.items() if text},
    )


def _urls(entry: Entry) -> tuple[str, str]:
    """The entry's own address, and that of its tickets; only addresses that occur in the text."""
    urls = [(url, row.line.text) for row in (*entry.rows, *entry.details) for url in row.line.urls]
    tickets = next((url for url, words in urls if _TICKETS.search(url) or _TICKETS.search(words)), "")
    others = [url for url, _ in urls if url != tickets]
    return (others[0] if entry.listed and others else ""), tickets


def _performers(rows: Sequence[Row]) -> tuple[str, ...]:
    told = next((found[1] for row in rows if (found := _LINE_UP.match(row.line.text))), "")
    names = (name.strip(" .") for name in _COMMAS.split(told))
    return tuple(dict.fromkeys(name[:100] for name in names if len(name) > 1))[:30]


def _once(records: Sequence[RawRecord]) -> Sequence[RawRecord]:
    """Each title and start once: texts repeat their highlights."""
    seen: dict[tuple[str, str], RawRecord] = {}
    for record in records:
        seen.setdefault((record.title.casefold(), str(record.start)), record)
    return list(seen.values())
