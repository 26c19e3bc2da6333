"""Patterns that a source repeats in its titles or in the first lines of its descriptions, and what they tell.

"New: BAND, BAND – Town", "2026-08-08 · House, Town · Region · Line-up: …": lines with the same number of parts between
the same separators. What a part is, all lines of the batch say together: a day in all, a town or a venue in most, a list
behind a label. A pattern fills only what its record's fields leave empty, and only where it agrees with those that
others of the source fill.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final

from pipeline import patterns
from pipeline.contract.draft import SourceContext
from pipeline.contract.frozen import replace
from pipeline.contract.line_pattern import LEAST_RECORDS, LinePattern, Role
from pipeline.contract.raw import RawRecord
from pipeline.dates.free_text import find
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.place_parts import is_street
from pipeline.geography.place_text import parse_place
from pipeline.geography.towns import towns_called
from pipeline.text import sanitize as text
from pipeline.text.folding import fold, fold_name

SEPARATORS: Final = (" · ", " • ", " | ", " – ", " — ", " - ", " // ", " @ ", " at ")
#: Labels before a list of performers, folded.
PERFORMERS: Final = frozenset(
    """
    new neu nouveau nuevo nieuw lineup line-up artists acts band bands dj djs live music concert konzert mit with avec con
    """.split()  # noqa: SIM905
)
#: So many records must fit a pattern, and this share of those that have the line.
LEAST_SHARE: Final = 0.6
#: The share of a column's parts that make it one of days, of towns or venues.
DAYS: Final = 0.95
MOST: Final = 0.6
#: A venue repeats: so many different ones among the parts at most, and the share of those with a word for a venue.
DIFFERENT: Final = 0.7
NAMED: Final = 0.4
MAX_LINE: Final = 300
MAX_PARTS: Final = 8
MAX_RECORDS: Final = 500

_LABEL: Final = patterns.compile(
    r"^(?P<label>[^\W\d_][^\W\d_ -]{1,20}(?:[ -][^\W\d_]{1,12})?):\s", longest=MAX_LINE
)
_LIST: Final = patterns.compile(r"\s?[,;+]\s|\s&\s", longest=MAX_LINE)


def learn(records: Iterable[RawRecord]) -> tuple[LinePattern, ...]:
    """The patterns of a source's records, used or not; none of fewer than `LEAST_RECORDS`. Deterministic."""
    held = list(islice(records, MAX_RECORDS))
    if len(held) < LEAST_RECORDS:
        return ()
    return tuple(found for line in ("title", "description") for found in _learnt(line, held))


def observed(records: Sequence[RawRecord], context: SourceContext) -> SourceContext:
    """The context of a source; one whose patterns are not known gets those of its first records, or that they have none.

    Fewer than `LEAST_RECORDS` say nothing.
    """
    if context.line_patterns is not None or len(records) < LEAST_RECORDS:
        return context
    return replace(context, line_patterns=learn(records))


def filled(record: RawRecord, learnt: Sequence[LinePattern]) -> RawRecord:
    """The record with what its lines tell by the patterns in use, in fields that are empty, and a note."""
    better = record
    for pattern in learnt:
        parts = _parts(record, pattern.line, pattern.separator) if pattern.used else []
        if len(parts) == len(pattern.roles):
            for role, part in zip(pattern.roles, parts, strict=True):
                better = _filled(better, role, part)
    if better is record:
        return record
    return replace(
        better, notes=(*record.notes, "place or performers read by the pattern of this source's lines")
    )


def _learnt(line: str, records: Sequence[RawRecord]) -> Iterator[LinePattern]:
    """The patterns of one line: by the separator that most records have, one for each number of parts."""
    lined = [record for record in records if _reported(record, line)]
    firsts = [_first_line(_reported(record, line)) for record in lined]
    split = {separator: [_split(first, separator) for first in firsts] for separator in SEPARATORS}
    counts = {separator: sum(len(parts) > 1 for parts in rows) for separator, rows in split.items()}
    separator = max(SEPARATORS, key=lambda one: counts[one])
    if counts[separator] < max(LEAST_RECORDS, LEAST_SHARE * len(lined)):
        return
    rows = list(zip(lined, split[separator], strict=True))
    for count, fits in sorted(Counter(len(parts) for _, parts in rows).items()):
        if fits >= LEAST_RECORDS and 1 < count <= MAX_PARTS:
            alike = [(record, parts) for record, parts in rows if len(parts) == count]
            if found := _of_columns(line, separator, alike, len(lined)):
                yield found


def _of_columns(
    line: str, separator: str, rows: Sequence[tuple[RawRecord, list[str]]], records: int
) -> LinePattern | None:
    days = [_day_of(record) for record, _ in rows]
    columns = list(zip(*(parts for _, parts in rows), strict=True))
    roles = [_role(column, days) for column in columns]
    for at, role in enumerate(roles[1:]):
        different = len({fold_name(part) for part in columns[at]})
        if role is Role.TOWN and roles[at] is Role.OTHER and Role.DAY in roles and different < len(rows):
            roles[at] = Role.VENUE  # between a day and a town, and one of them is named twice
    if not {Role.TOWN, Role.VENUE, Role.PLACE, Role.PERFORMERS} & {*roles}:
        return None
    agreed = [one for record, parts in rows for one in _agreements(record, roles, parts)]
    return LinePattern(
        line=line,
        separator=separator,
        roles=tuple(roles),
        fits=len(rows),
        records=records,
        reported=len(agreed),
        agreeing=sum(agreed),
        sample=separator.join(rows[0][1]),
    )


def _parts(record: RawRecord, line: str, separator: str) -> list[str]:
    return _split(_first_line(_reported(record, line)), separator)


def _reported(record: RawRecord, line: str) -> str:
    return record.title if line == "title" else record.description


def _first_line(reported: str) -> str:
    return text.lines(reported[: 2 * MAX_LINE]).partition("\n")[0][:MAX_LINE]


def _split(first: str, separator: str) -> list[str]:
    return [part.strip() for part in f" {first} ".split(separator)]


def _role(column: Sequence[str], days: Sequence[date | None]) -> Role:
    """What the parts of one column are, in most records."""
    count = len(column)
    if sum(map(_is_day, column, days)) >= DAYS * count:
        return Role.DAY
    labelled = [fold(found["label"]).replace(" ", "-") for part in column if (found := _LABEL.match(part))]
    if sum(label in PERFORMERS or label.replace("-", "") in PERFORMERS for label in labelled) >= MOST * count:
        return Role.PERFORMERS
    if sum(map(_is_town, column)) >= MOST * count:
        return Role.TOWN
    if sum(_is_town(part.rpartition(", ")[2]) for part in column if ", " in part) >= MOST * count:
        return Role.PLACE
    different = {fold_name(part) for part in column}
    named = sum(names_venue(part) and not is_street(part) for part in column)
    return Role.VENUE if 1 < len(different) <= DIFFERENT * count and named >= NAMED * count else Role.OTHER


def _is_town(part: str) -> bool:
    return bool(towns_called(part)) or (parse_place(part).formed and not parse_place(part).house)


def _day_of(record: RawRecord) -> date | None:
    start = record.start
    return start.date() if isinstance(start, datetime) else start if isinstance(start, date) else None


def _is_day(part: str, day: date | None) -> bool:
    """Whether a part is a date and no more."""
    if not any(map(str.isdigit, part)) or len(part) > 40:
        return False
    found = find(part, around=day or date(2026, 1, 1))
    return found is not None and len(found.text) >= len(part) - 4


def _agreements(record: RawRecord, roles: Sequence[Role], parts: Sequence[str]) -> Iterable[bool]:
    """For each value that the record's own fields tell as well, whether it is the same."""
    venue = record.venue
    for role, part in zip(roles, parts, strict=True):
        house, _, town = part.rpartition(", ") if role is Role.PLACE else (part, "", part)
        own_town = venue.city or parse_place(venue.address, venue.country, alone=True).town
        if role in (Role.TOWN, Role.PLACE) and own_town:
            yield fold_name(town) == fold_name(own_town) or bool(
                {*towns_called(town)} & {*towns_called(own_town)}
            )
        if role in (Role.VENUE, Role.PLACE) and venue.name:
            yield fold_name(house) in fold_name(venue.name) or fold_name(venue.name) in fold_name(house)
        if role is Role.PERFORMERS and record.performers:
            yield bool(
                {fold_name(name) for name in record.performers} & {fold_name(name) for name in _names(part)}
            )


def _names(part: str) -> tuple[str, ...]:
    found = _LABEL.match(part)
    names = _LIST.split(part[found.end() :] if found else part)
    return tuple(name for name in (name.strip(" .…") for name in names) if name)


def _filled(record: RawRecord, role: Role, part: str) -> RawRecord:
    venue = record.venue
    if role is Role.PERFORMERS and not record.performers:
        return replace(record, performers=_names(part))
    house, _, town = part.rpartition(", ") if role is Role.PLACE else (part, "", part)
    if role in (Role.VENUE, Role.PLACE) and not (venue.name or venue.address) and house:
        venue = replace(venue, name=house)
    if role in (Role.TOWN, Role.PLACE) and not (venue.city or venue.address) and _is_town(town):
        venue = replace(venue, city=town)
    return record if venue == record.venue else replace(record, venue=venue)
