"""The extractor by rules: what, when, where and how much, each with the words that it was read from. Rather none than a wrong one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from events.enums import ExtractionMethod
from events.records import Recurrence, Venue
from places.atlas import Atlas
from places.geography import fold_name
from sources.connectors.base import MAX_DESCRIPTION
from sources.connectors.moments import end_at
from sources.connectors.prose import day_names, languages_of
from sources.extraction.clocks import Told
from sources.extraction.days import Day
from sources.extraction.entries import Entry, Row, entries_of, rows_of
from sources.extraction.languages import language_of
from sources.extraction.lines import lines_of
from sources.extraction.monthly import monthly_rule
from sources.extraction.places import Place, is_labelled_place, is_no_name, known_cities, looks_like_place, place_in, tour_stop
from sources.extraction.prices import price_in
from sources.extraction.records import MAX_EVENTS, MAX_PROSE, Evidence, Prose
from sources.extraction.sentences import is_over_many, quoted_in, reads_as_sentence, who_announces
from sources.extraction.titles import has_words, headline_of, is_call, is_labelled, labelled, pieces_of, tidied
from sources.records import Dropped, RawRecord

#: Below this a day is not taken for an announcement.
LEAST: Final = 0.4
#: What a day in an article's running text must reach where no time of day stands with it.
SURE: Final = 0.65
#: What several days that are no list take from the belief in the one that was chosen.
DOUBT: Final = 0.6
#: From which belief on a place beside the day is not outdone by an equal one elsewhere in the text.
BESIDE: Final = 0.5
#: How far a title is believed that stands for a missing one: the author's name, a hashtag, a sentence.
GUESSED: Final = 0.3
#: Lines of one event in which a name in quotation marks is looked for.
MAX_QUOTED: Final = 4

_TOUR: Final = re.compile(r"\b(?:tour|tournee|tournée|gira|on the road|live dates|tour dates|dates)\b", re.IGNORECASE)
_CANCELLED: Final = re.compile(r"\b(?:cancell?ed|called off|abgesagt|fällt aus|annulée?|cancelad[oa]|annullat[oa])\b", re.IGNORECASE)
_POSTPONED: Final = re.compile(r"\b(?:postponed|verschoben|reportée?|aplazad[oa]|pospuest[oa]|rinviat[oa])\b", re.IGNORECASE)
_SOLD_OUT: Final = re.compile(r"\b(?:sold[- ]out|ausverkauft|complet|agotad[oa]s?|tutto esaurito|uitverkocht)\b", re.IGNORECASE)
_TICKETS: Final = re.compile(
    r"ticket|eventbrite|dice\.fm|bookmyshow|insider\.in|skillbox|universe\.com|seetickets|reservix|rsvp|register|booking", re.IGNORECASE
)
_TIME_LABEL: Final = re.compile(r"\b(?:time|when|start|starts|show|music|beginn|uhrzeit|heure|hora|orario|समय|ಸಮಯ)\b", re.IGNORECASE)
_AT: Final = re.compile(r"(?:at|@|in|im|bei|beim|chez|en|au|à|nel|presso)\s+(?:the\s+)?[A-ZÄÖÜÀ-Þ][^.!?]{1,50}(?:[.!?]|$)")
#: What is left of a span of days before a stop: "9/22-23 – Lisbon".
_SPAN_LEFT: Final = re.compile(r"^[\s|:,–—-]*(?:(?<=[–-])\d{1,2}(?=\s))?[\s|:,–—-]*|[\s|:,–—-]+$")
_TAGS: Final = re.compile(r"^(?:#\w+\s*)+")
#: What asks people to come, beside a day that is counted from the writing.
_ASKS: Final = re.compile(
    r"\b(?:join us|come (?:and|to|by|join|celebrate|see)|tickets?|doors|rsvp|see you|don['’]?t miss|free (?:entry|admission)|kommt|einlass"
    r"|eintritt|venez|entrée"
    r"|entrada|ingresso|live (?:music|at)|open mic|on stage|we(?:['’]re| are) (?:open|hosting|playing))\b",
    re.IGNORECASE,
)
#: "Next" as it stands after or before a weekday, as `fold_name` gives it.
_NEXT: Final = frozenset(
    {"next", "prochain", "prochaine", "proximo", "proxima", "nachsten", "nachster", "kommenden", "prossimo", "prossima"}
)
_LINE_UP: Final = re.compile(
    r"^(?:line-?up|performers?|artists?|featuring|feat\.?|künstler|artistes|artistas)\s*[:：]\s*(.+)$", re.IGNORECASE
)


class Rules:
    """Reads by rules and lists of words alone: the same text gives the same records, on every machine, without a model."""

    def __init__(self, atlas: Atlas | None = None) -> None:
        self._given = atlas

    @property
    def atlas(self) -> Atlas:
        """The cities that texts may name."""
        return self._given or known_cities()

    def extract(self, prose: Prose) -> tuple[RawRecord | Dropped, ...]:
        """The records of a text, or one Dropped: "no text", "no date in the text", "several dates, no list", "no title"."""
        lines = lines_of(prose.text[:MAX_PROSE])
        headline = lines_of(prose.title)[:1]
        if not lines and not headline:
            return (Dropped(reason="no text"),)
        language = language_of(f"{prose.title}\n{prose.text}", prose.language)
        how = {"written": prose.written, "language": language, "month_first": prose.month_first, "counting": prose.published is not None}
        head, rows = rows_of(headline, **how), rows_of(lines, **how)
        entries = _without_doubtful(entries_of(rows) if rows else [], prose.written)
        if headline:
            entries = [entry for entry in entries if entry.listed or _is_announced(entry, prose.written)]
        if not any(entry.listed for entry in entries) and any(row.days for row in head):
            entries = _without_doubtful(entries_of([*head, *rows]), prose.written) or entries
        if not entries:
            several = len({day.first for row in rows for day in row.days}) > 1
            return (Dropped(reason="several dates, no list" if several else "no date in the text", title=prose.title[:300]),)
        prose = replace(prose, language=language)
        tour = _tour_title(head, rows, entries)
        prose = self._with_shared_place(prose, head, rows, entries)
        made = [self._record(entry, day, prose, head, language, tour) for entry in entries[:MAX_EVENTS] for day in entry.days]
        records = list(_once([record for record in made if record.title]))
        return tuple(records[:MAX_EVENTS]) or (Dropped(reason="no title"),)

    def _with_shared_place(self, prose: Prose, head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]) -> Prose:
        """The place named over a list counts for those of its entries that name none: "This week at The Lantern:"."""
        found = [place for row in _above(head, rows, entries) if (place := place_in(row.bare, atlas=self.atlas)) is not None and place.name]
        return replace(prose, venue=found[0].name) if found else prose

    def _record(self, entry: Entry, day: Day, prose: Prose, head: Sequence[Row], language: str, tour: str) -> RawRecord:
        start, end, doors, clock_words = _times(entry, day)
        rule, later = monthly_rule([row.line.text for row in entry.rows if day in row.days], day, prose.written)
        stop = self._tour_stop(entry) if tour else None
        place = stop or self._place(entry)
        title, sure, title_words = (tour, 0.6, tour) if stop else self._title(entry, prose, head, place)
        venue, venue_sure, venue_words = self._venue(entry, place, prose, title)
        rows = [*entry.rows, *entry.details]
        told = "\n".join(row.line.text for row in rows)
        price = price_in(row.line.text for row in rows)
        words = {"title": title_words, "start": f"{day.text} {clock_words}".strip(), "venue": venue_words, "price": price}
        belief = {"title": sure, "start": _belief(entry, day), "venue": venue_sure, "price": 0.7 if price else 0.0}
        evidence = Evidence(
            words={name: text[:200] for name, text in words.items() if text},
            confidence={name: value for name, value in belief.items() if words[name]},
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

    def _title(self, entry: Entry, prose: Prose, head: Sequence[Row], place: Place | None) -> tuple[str, float, str]:
        """The title, how sure, and the words: one labelled as such, an article's headline, else the first piece that is neither call nor story, else
        a name in quotation marks, else the author. '' where an item of a list bears none of these."""
        rows = (
            [*entry.rows, *entry.details] if entry.listed else sorted((*entry.rows, *entry.details), key=lambda row: row in entry.details)
        )
        for row in rows:
            if title := labelled(row.bare):
                return title, 0.8, row.line.text
        if not entry.listed:
            for row in head:
                if not is_over_many(row.line.text) and (title := headline_of(row.bare)):
                    return title, 0.75, row.line.text
            rows = [*(row for row in entry.details if _before(row, entry)), *entry.rows, *entry.details]
        names = day_names(languages_of(prose.language))
        found = [(title, row) for row in rows for title in self._pieces(row, place) if not _is_of_days(title, names)]
        for title, row in found:
            if not (reads_as_sentence(title) or is_labelled(row.line.text) or (is_over_many(title) and not row.days)):
                return title, 0.65 if entry.listed else 0.6, row.line.text
        for row in rows[:MAX_QUOTED]:
            if name := quoted_in(row.line.text):
                return name, 0.5, row.line.text
        if prose.title and not entry.listed:
            return " ".join(prose.title.split()), GUESSED if is_over_many(prose.title) else 0.5, prose.title
        if prose.author:
            return prose.author, GUESSED, prose.author
        if entry.listed:
            return "", 0.0, ""
        if name := _tagged(rows):
            return name, GUESSED, name
        return (found[0][0], GUESSED, found[0][1].line.text) if found else ("", 0.0, "")

    def _pieces(self, row: Row, place: Place | None) -> Iterator[str]:
        """The pieces of a line that may be a title: neither calls, nor its place."""
        for piece in pieces_of(row.bare):
            if place is not None and place.words and (after := piece.lstrip("@ ").removeprefix(f"{place.words}:")) != piece.lstrip("@ "):
                piece = after.strip()  # "@ Blue Hall: Quiet Trio"
            if is_call(piece) or (place is not None and piece.startswith(place.words) and place.words) or _AT.match(piece):
                continue
            if title := tidied(piece, place or place_in(piece, atlas=self.atlas)):
                yield title

    def _place(self, entry: Entry) -> Place | None:
        """The place that the entry's lines name: of a list's entry the first, of a text the surest."""
        found = [place for row in (*entry.rows, *entry.details) if (place := place_in(row.bare, atlas=self.atlas)) is not None]
        beside = [place for row in entry.rows if row.days and (place := place_in(row.bare, atlas=self.atlas)) is not None]
        if beside and beside[0].confidence >= BESIDE and not any(place.confidence > beside[0].confidence + 0.1 for place in found):
            return beside[0]
        return max(found, key=lambda place: place.confidence) if found else None

    def _tour_stop(self, entry: Entry) -> Place | None:
        row = next((row for row in entry.rows if row.days), entry.rows[0])
        return tour_stop(_SPAN_LEFT.sub("", row.bare.replace("¦", " ")), atlas=self.atlas)

    def _venue(self, entry: Entry, place: Place | None, prose: Prose, title: str) -> tuple[Venue, float, str]:
        if place is not None and (place.name or place.city):
            name = place.name or prose.venue
            return Venue(name=name, address=place.address, city=place.city), place.confidence, place.words
        rows = entry.rows if entry.listed else (*entry.rows, *entry.details)
        pieces = [piece for row in rows for piece in pieces_of(row.bare) if piece != title and title not in piece and not is_call(piece)]
        likely = next((piece for piece in pieces if looks_like_place(piece, atlas=self.atlas)), "")
        if likely:
            name, _, rest = (part.strip() for part in likely.partition(","))
            return Venue(name=name, address=likely if rest else ""), 0.5, likely
        if entry.listed and len(pieces) == 1 and len(entry.rows) == 1 and len(pieces[0]) <= 60 and not is_no_name(pieces[0]):
            return Venue(name=pieces[0]), 0.4, pieces[0]
        return (Venue(name=prose.venue), 0.6, prose.venue) if prose.venue else (Venue(), 0.0, "")


def _without_doubtful(entries: Sequence[Entry], written: date) -> list[Entry]:
    return [entry for entry in entries if entry.days and _belief(entry, entry.days[0]) >= LEAST and _announces(entry, written)]


def _belief(entry: Entry, day: Day) -> float:
    return min(day.confidence * (DOUBT if entry.doubted else 1.0) + 0.1 * _has_clock(entry), 0.9)


def _is_announced(entry: Entry, written: date) -> bool:
    """Whether a day in an article's running text is surely an event's: more than a bare day and month, and not the day of the writing alone."""
    day = entry.days[0]
    return _has_clock(entry) or (_belief(entry, day) >= SURE and (day.last or day.first) > written)


def _announces(entry: Entry, written: date) -> bool:
    """Whether a day that is only counted from the writing ("tonight") is that of an event: a time beside it, a label, or a call to come in its line."""
    day = entry.days[0]
    if day.dated or _has_clock(entry):
        return True
    rows = (*entry.rows, *entry.details)
    if any(is_labelled_place(row.line.text) or (row.days and is_labelled(row.line.text)) for row in rows) or (
        entry.listed and (day.leading or (day.last is None and day.first > written))
    ):
        return True
    return any(_ASKS.search(row.line.text) for row in rows if row.days)


def _has_clock(entry: Entry) -> bool:
    return any(row.clocks for row in (*entry.rows, *entry.details))


def _is_of_days(words: str, names: Mapping[str, int]) -> bool:
    """Whether nothing but months, weekdays and numbers is told, and "next" with them: "August 2026", "samedi prochain"."""
    return all(word in names or word.isdigit() or word in _NEXT for word in fold_name(words).split())


def _tagged(rows: Sequence[Row]) -> str:
    """The last hashtag before other words begin, as words: "#JazzNight" is "Jazz Night"."""
    found = next((match for row in rows if row.days and (match := _TAGS.match(row.line.text))), None)
    name = found.group().split("#")[-1].strip() if found else ""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("_", " ")) if has_words(name) else ""


def _before(row: Row, entry: Entry) -> bool:
    return row in entry.details and entry.details.index(row) < 4 and not row.days


def _times(entry: Entry, day: Day) -> tuple[datetime | date, datetime | date | None, datetime | None, str]:
    """Start, end, doors and the words of the time; days where no time of day is told."""
    begins, doors = _clock(entry, day)
    opens = doors.clock.on(day.first) if doors else None
    if begins is None:
        return day.first, day.last, None, ""
    start = begins.clock.on(day.first)
    closes = begins.clock.end
    if day.last and day.last > day.first:
        end: datetime | date | None = datetime.combine(day.last, closes) if closes else day.last
    else:
        end = end_at(start, closes) if closes else None
    return start, end, opens if begins is not doors else None, begins.text


def _clock(entry: Entry, day: Day) -> tuple[Told | None, Told | None]:
    """The time at which it begins and that of the doors: those beside the day, else those that are labelled, else the only ones."""
    own = next((row for row in entry.rows if day in row.days), entry.rows[0])
    rows = [own, *(row for row in (*entry.rows, *entry.details) if row is not own)]
    doors = next((told for row in rows for told in row.clocks if told.doors), None)
    beside = [told for told in own.clocks if not told.doors]
    if beside:
        return min(beside, key=lambda told: (told.start < day.start, abs(told.start - day.stop))), doors
    others = [(row, told) for row in rows[1:] for told in row.clocks if not told.doors]
    named = next((told for row, told in others if _TIME_LABEL.search(row.line.text[: told.start])), None)
    if named or not others:
        return named or doors, doors
    distinct = {told.clock.start for _, told in others}
    return (others[0][1] if len(distinct) <= 2 or entry.listed else None) or doors, doors


def _urls(entry: Entry) -> tuple[str, str]:
    """The entry's own address, and that of its tickets; only addresses that stand in the text."""
    urls = [(url, row.line.text) for row in (*entry.rows, *entry.details) for url in row.line.urls]
    tickets = next((url for url, words in urls if _TICKETS.search(url) or _TICKETS.search(words)), "")
    others = [url for url, _ in urls if url != tickets]
    return (others[0] if entry.listed and others else ""), tickets


def _performers(rows: Sequence[Row]) -> tuple[str, ...]:
    told = next((found[1] for row in rows if (found := _LINE_UP.match(row.line.text))), "")
    names = (name.strip(" .") for name in re.split(r"\s*[,|/&+]\s*", told))
    return tuple(dict.fromkeys(name[:100] for name in names if len(name) > 1))[:30]


def _tour_title(head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]) -> str:
    """The name over a list of dates of one tour: who announces it, the headline, or the lines before the list. '' where it is no tour."""
    above = _above(head, rows, entries)
    if not any(_TOUR.search(row.line.text) for row in above):
        return ""
    for row in above:
        if who := who_announces(row.line.text):
            return tidied(who, None) or who
    titles = (title for row in above for piece in pieces_of(row.bare) if not is_call(piece) and (title := tidied(piece, None)))
    return next((title for title in titles if not reads_as_sentence(title)), "")


def _above(head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]) -> list[Row]:
    """The headline and the lines over a list; none where there is no list."""
    if not entries or not entries[0].listed:
        return []
    first = entries[0].rows[0]
    return [*head, *rows[: rows.index(first)]] if first in rows else list(head)


def _once(records: Sequence[RawRecord]) -> Sequence[RawRecord]:
    """Each title and start once: texts repeat their highlights."""
    seen: dict[tuple[str, str], RawRecord] = {}
    for record in records:
        seen.setdefault((record.title.casefold(), str(record.start)), record)
    return list(seen.values())
