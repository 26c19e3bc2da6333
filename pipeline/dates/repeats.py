"""Expands recurring events: an RRULE beside a start, or words such as "every Tuesday, 7 pm".

Only certain rules are expanded: into occurrences in the local time of the event's zone, within the window, as
one series.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline import patterns
from pipeline.contract.connector import FetchParams
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import RawRecord
from pipeline.dates.clocks import Clock, read_clock
from pipeline.dates.moments import end_at, read_moment
from pipeline.dates.recurrence import Budget, BudgetError, expand
from pipeline.dates.recurrence_rules import FrequencyError, Rule, RuleError, parse_rule
from pipeline.dates.window import Window
from pipeline.dates.zone_names import displayed_name, iana_name
from pipeline.text.folding import fold

#: At most so many occurrences of one rule, and steps of its expansion.
MAX_OCCURRENCES: Final = 400
_BUDGET: Final = 20_000
#: Steps and occurrences of all rules of a document, in all and by its size in bytes, as for a calendar
#: (`ical/read.py`).
_STEPS: Final = 100_000
_FREE_STEPS: Final = 1_500
_WINDOW_STEPS: Final = 50_000
_WINDOW_STEPS_A_BYTE: Final = 4
_OCCURRENCES: Final = 20_000
_BYTES_AN_OCCURRENCE: Final = 3
#: Rules in words have no last day: they hold for this time.
WORDS_AHEAD: Final = timedelta(weeks=12)

#: Weekdays as RFC 5545 writes them, Monday first.
CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY_NAMES: Final = (
    "monday montag lundi lunes", "tuesday dienstag mardi martes", "wednesday mittwoch mercredi miercoles", "thursday donnerstag jeudi jueves",
    "friday freitag vendredi viernes", "saturday samstag samedi sabado", "sunday sonntag dimanche domingo",
)  # fmt: skip
_DAYS: Final[Mapping[str, str]] = {
    name: code for code, names in zip(CODES, _DAY_NAMES, strict=True) for name in names.split()
}
_ORDINALS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("first", "1st", "ersten", "erster", "premier", "primer"), 1),
    **dict.fromkeys(("second", "2nd", "zweiten", "deuxieme", "segundo"), 2),
    **dict.fromkeys(("third", "3rd", "dritten", "troisieme", "tercer"), 3),
    **dict.fromkeys(("fourth", "4th", "vierten", "quatrieme", "cuarto"), 4),
    **dict.fromkeys(("last", "letzten", "dernier", "ultimo"), -1),
}
#: How many characters of folded words are read.
_LONGEST: Final = 200
_MONTHLY: Final = patterns.compile(
    r"^(?P<leads>(?:(?:every|each|the|jeden|chaque|cada|el|le)\s+)*)(?P<nth>\w+)\s+(?P<day>[a-z]+)\b(?P<month>\s+(?:of (?:the|each|every) month"
    r"|each month|every month|im monat|(?:des|jeden) monats|du mois|de chaque mois|(?:de cada|del) mes)\b)?",
    longest=_LONGEST,
)
_BIWEEKLY: Final = patterns.compile(
    r"^(?:(?:every|each)\s+other|(?:alle zwei wochen|toutes les deux semaines),?(?: am| le)?)\s+(?P<day>[a-z]+)\b",
    longest=_LONGEST,
)
_WEEKLY: Final = patterns.compile(
    r"^(?P<every>(?:every|each|weekly on|jeden|chaque|tous les|cada|todos los)\s+)?(?P<day>[a-z]+)\b(?! (?:at|in) the\b)"
    r"(?!\s*(?:to|until|till|through|bis|and|und|et|y|&|-|–|,\s*(?:and|und)?\s*[a-z]+day))",
    longest=_LONGEST,
)
_JOINT: Final = patterns.compile(
    r"^[\s,;|·()–—-]*(?:at|from|um|ab|von|a las|a|de|à)?[\s:]*", longest=_LONGEST
)


class Allowance:
    """The limit for expanding all rules of one document of `size` bytes.

    Many hostile rules cost no more than normal ones.
    """

    def __init__(self, size: int = 0) -> None:
        self.steps = Budget(_STEPS + size, kept=_WINDOW_STEPS + _WINDOW_STEPS_A_BYTE * size)
        self.occurrences = _OCCURRENCES + size // _BYTES_AN_OCCURRENCE


def repeated(
    record: RawRecord,
    params: FetchParams,
    *,
    rule: Any = None,
    timezone: str = "",
    allowance: Allowance | None = None,
) -> Iterator[RawRecord]:
    """Yield the occurrences of a record within the window of `params`.

    Yields the record itself where it certainly is a single event, or cannot be expanded. `rule` is the
    source's recurrence: RFC 5545 text, a list of such lines, or a mapping with `rrule` and `exdate`.
    `timezone` is used where the record has none. Records of one document share its `allowance`. A record with
    a recurrence id is an occurrence already.
    """
    if record.recurrence_id:
        yield record
        return
    zone = _zone(record.timezone or record.calendar_timezone or timezone)
    allowance = allowance or Allowance()
    if isinstance(record.start, str):
        reported = rule_in_words(record.start)
        found = _from_words(record, *reported, params, zone, allowance) if reported and zone else []
    else:
        lines = _lines(rule)
        found = (
            _from_rule(record, lines, params, zone, allowance) if lines and record.start is not None else []
        )
    yield from found or [record]


def rule_in_words(text: str) -> tuple[str, Clock] | None:
    """The rule (RFC 5545) and the time of "every Tuesday at 7pm" and similar words; None for anything else.

    Also "Tuesdays, 19:00-21:00", "first Friday of the month, 6 pm". "Every second Thursday" is ambiguous and
    gives None; so does a rule without a time of day.
    """
    words = fold(text[:_LONGEST])[:_LONGEST]
    if found := monthly_in(words):
        rule, stop = found
        clock = read_clock(_JOINT.sub("", words[stop:]))
        return (rule, clock) if clock else None
    weekly, other = _WEEKLY.match(words), _BIWEEKLY.match(words)
    named = other or weekly
    code = _code(named["day"], plural=bool(weekly and not other and not weekly["every"])) if named else ""
    clock = read_clock(_JOINT.sub("", words[named.end() :])) if named and code else None
    return (f"FREQ=WEEKLY{';INTERVAL=2' if other else ''};BYDAY={code}", clock) if clock else None


def monthly_in(words: str) -> tuple[str, int] | None:
    """The rule at the beginning of folded words, and its end; None without one.

    "first friday of the month", "every last friday", "second saturdays". "Every second Thursday" is ambiguous
    (every other one), and is not read.
    """
    found = _MONTHLY.match(words[:_LONGEST])
    nth, leads = (_ORDINALS.get(found["nth"]), found["leads"].split()) if found else (None, [])
    if found is None or nth is None:
        return None
    sure = found["month"] or (leads and leads[-1] not in ("the", "el", "le") and nth in (1, -1))
    code = _code(found["day"], plural=not sure)
    return (f"FREQ=MONTHLY;BYDAY={nth}{code}", found.end()) if code else None


def _code(day: str, *, plural: bool) -> str:
    """The code of a weekday's name, of "fridays" too, and only of such where it must be `plural`; '' for others."""
    several = _DAYS.get(day[:-1], "") if day.endswith("s") else ""
    return several if plural else _DAYS.get(day, several)


def _from_words(
    record: RawRecord, text: str, clock: Clock, params: FetchParams, zone: ZoneInfo, allowance: Allowance
) -> list[RawRecord]:
    """The next weeks of a rule without a first day.

    "Every other week" has no reference and is not expanded.
    """
    if "INTERVAL" in text:
        return []
    today = params.now.astimezone(zone).date()
    first = datetime.combine(today, clock.start)
    length = end_at(first, clock.end) - first if clock.end else None
    last = min(Window.of(params).end, params.now + WORDS_AHEAD).astimezone(zone).replace(tzinfo=None)
    return _occurrences(
        record, parse_rule(text), text, first, length, (first, last), frozenset(), zone, allowance
    )


def _from_rule(
    record: RawRecord, lines: list[str], params: FetchParams, zone: ZoneInfo | None, allowance: Allowance
) -> list[RawRecord]:
    start = record.start
    rules = [
        line.partition(":")[2] if line.upper().startswith("RRULE:") else line
        for line in lines
        if "FREQ=" in line.upper()
    ]
    if len(rules) != 1 or not isinstance(start, date):
        return []
    try:
        rule = parse_rule(rules[0])
    except (RuleError, FrequencyError):
        return []
    dated = not isinstance(start, datetime)
    if zone is None and isinstance(start, datetime) and start.tzinfo is not None:
        return []  # an instant needs a time zone to be repeated by the clock
    first = (
        datetime.combine(start, time())
        if not isinstance(start, datetime)
        else _wall(start, zone or ZoneInfo("UTC"))
    )
    end = record.end
    length = None
    if isinstance(end, datetime) and not dated:
        length = _wall(end, zone or ZoneInfo("UTC")) - first
    elif isinstance(end, date) and not isinstance(end, datetime) and dated:
        length = end - first.date()
    window = Window.of(params)
    span = tuple(moment.astimezone(zone or UTC).replace(tzinfo=None) for moment in (window.start, window.end))
    return _occurrences(
        record,
        rule,
        rules[0],
        first,
        length,
        (span[0], span[1]),
        _left_out(lines, zone),
        zone,
        allowance,
        dated=dated,
    )


def _occurrences(
    record: RawRecord,
    rule: Rule,
    text: str,
    first: datetime,
    length: timedelta | None,
    span: tuple[datetime, datetime],
    without: frozenset[datetime],
    zone: ZoneInfo | None,
    allowance: Allowance,
    *,
    dated: bool = False,
) -> list[RawRecord]:
    until = rule.until
    if isinstance(until, datetime):
        until = _wall(until, zone or ZoneInfo("UTC"))
    elif until is not None:
        until = datetime.combine(until, time.max)
    series = Recurrence(
        rrule=text[:1000],
        exdate=tuple(sorted(moment.isoformat() for moment in without)),
        series_id=_series_id(record),
    )
    try:
        with allowance.steps.part(_BUDGET, free=_FREE_STEPS) as budget:
            found = expand(rule, first, after=span[0], before=span[1], until=until, budget=budget)
            walls = list(islice(found, min(MAX_OCCURRENCES, allowance.occurrences)))
    except (BudgetError, OverflowError):
        return []
    allowance.occurrences -= len(walls)
    return [
        replace(
            record,
            start=wall.date() if dated else wall,
            end=None if length is None else (wall.date() if dated else wall) + length,
            recurrence=series,
            recurrence_id=wall.date().isoformat() if dated else wall.isoformat(),
            timezone=zone.key if zone and not dated else record.timezone,
        )
        for wall in walls
        if wall not in without
    ]


def _lines(rule: Any) -> list[str]:
    """The lines of a recurrence, in any of its forms."""
    if isinstance(rule, str):
        return [line.strip() for line in rule.splitlines() if line.strip()]
    if isinstance(rule, Mapping):
        exdates = rule.get("exdate")
        texts = exdates if isinstance(exdates, list) else [exdates]
        return [
            *_lines(rule.get("rrule")),
            *(f"EXDATE:{text}" for text in texts if isinstance(text, str) and text),
        ]
    return [line.strip() for line in rule if isinstance(line, str)] if isinstance(rule, list) else []


def _left_out(lines: list[str], zone: ZoneInfo | None) -> frozenset[datetime]:
    found = set()
    for line in lines:
        if line.upper().startswith("EXDATE"):
            for text in (
                line.rpartition(":")[2].split(",") if line.count(":") == 1 else [line.partition(":")[2]]
            ):
                moment = read_moment(text.strip())
                if isinstance(moment, datetime):
                    found.add(_wall(moment, zone or ZoneInfo("UTC")))
                elif moment is not None:
                    found.add(datetime.combine(moment, time()))
    return frozenset(found)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _zone(name: str) -> ZoneInfo | None:
    known = iana_name(name) or displayed_name(name) if name else ""
    try:
        return ZoneInfo(known) if known else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _series_id(record: RawRecord) -> str:
    if record.external_id:
        return record.external_id
    return hashlib.sha256(
        f"{fold(record.title)}\x1f{fold(record.venue.name)}".encode("utf-8", "surrogatepass")
    ).hexdigest()
