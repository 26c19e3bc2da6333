"""The days that a line names: by date, by weekday ("this Friday"), by words that count from the day of writing ("tomorrow", "heute Abend").

Words for today and tomorrow are those that dateparser knows for the language; what it does not know (evenings, weekends, "next") is listed here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Final

from sources.connectors.prose import day_names, languages_of, mentions

#: Days before the day of writing that a text may still announce: written after midnight of the night before.
GRACE: Final = timedelta(days=1)

_EVENINGS: Final = {
    "en": "tonight|tonite|this evening|this afternoon|this morning|later today",
    "de": r"heute\s+(?:abend|nacht|nachmittag|mittag)",
    "fr": "ce soir|cet après-midi|cette nuit",
    "es": "esta noche|esta tarde",
    "it": "stasera|questa sera|stanotte",
    "nl": "vanavond|vanmiddag|vannacht",
    "pt": "esta noite|hoje à noite|esta tarde",
    "hi": "आज (?:शाम|रात)|aaj (?:shaam|raat|sham)|aaj",
    "kn": "ಇಂದು (?:ಸಂಜೆ|ರಾತ್ರಿ)|ಈ ಸಂಜೆ",
}
_TOMORROWS: Final = {
    "en": "tomorrow (?:night|evening|morning|afternoon)|tmrw|tmr|2moro",
    "de": r"morgen\s+(?:abend|nacht|früh|nachmittag)",
    "fr": "demain soir",
    "es": "mañana por la (?:noche|tarde|mañana)",
    "it": "domani sera",
    "nl": "morgenavond",
    "pt": "amanhã à noite",
}
_IN_TWO: Final = {
    "en": "day after tomorrow",
    "de": "übermorgen",
    "fr": "après-demain",
    "es": "pasado mañana",
    "it": "dopodomani",
    "hi": "परसों",
    "kn": "ನಾಡಿದ್ದು",
}
_WEEKENDS: Final = {
    "en": "weekend",
    "de": "wochenende",
    "fr": "week-?end",
    "es": "fin de semana",
    "it": "weekend|fine settimana",
    "nl": "weekend",
    "pt": "fim de semana",
    "hi": "सप्ताहांत|वीकेंड",
    "kn": "ವಾರಾಂತ್ಯ",
}
_THIS: Final = {
    "en": "this|this coming|coming|on|upcoming",
    "de": "diese[nrsm]?|kommende[nrsm]?|am",
    "fr": "ce|cette",
    "es": "este|esta|el",
    "it": "quest[oa]|questo",
    "nl": "deze|dit|komende|op",
    "pt": "est[ea]|nest[ea]",
    "hi": "इस",
    "kn": "ಈ",
}
_NEXT: Final = {
    "en": "next",
    "de": "nächste[nrsm]?",
    "fr": "prochain|le prochain",
    "es": "próximo|el próximo",
    "it": "prossim[oa]",
    "nl": "volgende?",
    "pt": "próxim[oa]",
    "hi": "अगले",
    "kn": "ಮುಂದಿನ",
}
#: Words after the weekday that mean the next one: "vendredi prochain".
_NEXT_AFTER: Final = r"prochaine?|próxim[oa]|que viene|prossim[oa]|next week|nächste woche"
_EVERY: Final = (
    r"every|each|jeden|jede[rs]?|immer|chaque|tous les|cada|todos los|ogni|elke|toda|हर|ಪ್ರತಿ|weekly(?: on)?|mondays? to|from mon\w* to"
)
_PAST: Final = r"last|past|previous|letzte[nrsm]?|vergangene[nrsm]?|dernier|pasado|scors[oa]|पिछले|ಕಳೆದ"
#: What stands before a weekday that comes back: "every", "every first", and of "second Saturdays" the number.
_LEAD: Final = re.compile(
    rf"\b(?P<every>(?:{_EVERY})\s+)?(?:(?:first|second|third|fourth|last|[1-4](?:st|nd|rd|th)|ersten|zweiten|dritten|vierten|letzten|premiers?|derniers?|primer|último)\s+)?$",
    re.IGNORECASE,
)
_PAST_AFTER: Final = r"last week|dernier|pasado|scors[oa]"
_NOT_TOMORROW: Final = r"(?<!por la )(?<!de la )(?<!la )(?<!esta )(?<!guten )(?<!todas las )"
#: What a date belongs to that is not the event's: closings, sales, the post's own day. English, German, French, Spanish, Italian.
_OTHERS: Final = re.compile(
    r"\b(?:deadline|dead line|due|apply|applications?|submissions?|submit|rsvp|regist(?:er|ration)s?|sign[- ]?ups?|early[- ]?birds?|on sale|presale|pre-sale"
    r"|sales? (?:start|begin|open|end)s?|tickets? (?:go|drop|available|sale|release)|until|till|through|thru|by|before|since|born|founded"
    r"|established|est\.?|posted"
    r"|updated?|published|last|ago|as of|released?|out (?:now|on)|album|single|ep|copyright|expires?|valid|closed|postponed from|originally"
    r"|rescheduled from|moved from|instead of"
    r"|bewerbungsschluss|anmeldeschluss|anmeldung|bewerbung|vorverkauf\w*|vvk|bis(?: zum)?|seit|vor dem|frist|stand|gegründet|geboren|verschoben vom"
    r"|jusqu(?:'|’)?(?:au|à)|avant le|depuis|inscriptions?|date limite|né(?:e)? le|hasta(?: el)?|antes del|desde(?: el)?|inscripción\w*|plazo|nacid[oa]"
    r"|fino al|entro il|iscrizioni|dal)\s*(?::|the|le|el|il|den|dem|zum|on|is|am|ends?|close[sd]?|opens?|open|begins?|starts?|ist|until|till|by|at)*[\s:]*$",
    re.IGNORECASE,
)
_HISTORY: Final = re.compile(r"\b(?:born|since|back in|was held|took place|fand statt|a eu lieu|tuvo lugar)\b", re.IGNORECASE)
_RANGE: Final = re.compile(r"^[\s,]*(?:-|–|—|to|until|till|through|thru|bis|bis zum|au|al|hasta|to the)[\s,]*$", re.IGNORECASE)
_JOINED: Final = re.compile(r"^[\s,]*(?:,|&|\+|/|and|und|et|y|e|en)?[\s,]*$", re.IGNORECASE)
_SHORT_DATE: Final = re.compile(r"(?<![\d./:$€£₹#])(\d{1,2})([./])(\d{1,2})(\.?)(?![\d/%]|\.\d|\s*(?:€|\$|stars?|sterne|uhr|h\b))")
#: Dates as East Asia writes them, and others that leave no doubt: "2023.11.19", "11월 10일", "6月13日", "27.OCT.2023".
_PLAIN: Final = re.compile(
    r"(?<![\d.])(?:(?P<y1>20\d{2})\s?[./년年]\s?(?P<m1>\d{1,2})\s?[./월月]\s?(?P<d1>\d{1,2})[일日.]?|(?P<m2>\d{1,2})\s?[월月]\s?(?P<d2>\d{1,2})\s?[일日號号])(?!\d)"
)
_DASHED: Final = re.compile(r"(?<=\d)[.\-–](?=[A-Za-z]{3,9}[.\-–]20\d{2})|(?<=[A-Za-z])[.\-–](?=20\d{2}\b)")
#: An evening's word, a clock time, or an ordinal beside a weekday make it a day.
_CLOCK_NEAR: Final = re.compile(
    r"^[\s,:(|@–—-]*(?:(?:at|from|um|ab|à|a las|alle|doors|night|nights|evening|abend"
    r"|soir)\b[\s:]*)?(?:\d{1,2}(?:[:.]\d{2})?\s*[–-]\s*)?(?:noon\b|\d{1,2}\s*(?:[:.h]\s?\d{2}|[ap]\.?m|uhr|h\b|बजे|ಗಂಟೆ))",
    re.IGNORECASE,
)
#: "7 p.m. Saturday", and "Jazz Night: Sat., The Wharf".
_CLOCK_JUST_BEFORE: Final = re.compile(r"(?:\d\s*[ap]\.?m\.?|\bnoon|\bmidnight)[\s,]*(?:on\s+|this\s+)?$", re.IGNORECASE)
_ITEM_BEFORE: Final = re.compile(r"\w[:;|]\s+$")
_ITEM_AFTER: Final = re.compile(r"^\.?\s*(?:[,;|]|(?:and|to|&|-|–)\s)", re.IGNORECASE)
#: The head of a news agency's or a paper's text: "DENVER, June 9 (UPI) --".
_DATELINE: Final = re.compile(r"^\s*(?:\([^()]{2,20}\)\s*)?(?:[-–—]{1,2})\s")
_ORDINAL: Final = re.compile(
    r"^[\s,]*(?:the\s+|den\s+|le\s+|el\s+)?(\d{1,2})(?:st|nd|rd|th|\.|er)?(?![\d:]|\s*(?:[ap]\.?m|uhr|h\b|[./:-]\d))\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day, or a span of days, that a line names between characters `start` and `stop`; `moment` where an ISO date with its time was written.
    `dated` by day and month; `leading` says that nothing but its label stands before it. `confidence` from 0 to 1."""

    first: date
    last: date | None = None
    start: int
    stop: int
    text: str
    confidence: float
    dated: bool = True
    leading: bool = False


def days_in(line: str, *, written: date, language: str = "", month_first: bool | None = None, counting: bool = True) -> list[Day]:
    """The days to come that a line announces, in its order. What is said of a deadline, a sale, or the past is left out.

    `written` is the day of writing. Without `counting` it is not surely known, and words that count from it ("tomorrow") are not read."""
    found = [*_dated(_DASHED.sub(" ", line), written, language, month_first)]
    found += [day for day in _asian(line, written) if not _touches(day, found)]
    found += [day for day in _short(line, written, month_first) if not _touches(day, found)]
    if counting:
        found += [day for day in _named(line, written, language) if not _touches(day, found)]
    found.sort(key=lambda day: day.start)
    kept = [
        day
        for day in _spans(line, found)
        if not _is_other(line, day) and not _is_dateline(line, day, written) and (day.last or day.first) >= written - GRACE
    ]
    return [_placed(line, day) for day in kept]


def joined(line: str, days: list[Day]) -> bool:
    """Whether the days of a line are one enumeration: "Fri 4 & Sat 5 December"."""
    return all(_JOINED.match(line[one.stop : two.start]) for one, two in pairwise(days))


def _dated(line: str, written: date, language: str, month_first: bool | None) -> Iterator[Day]:
    for mention in mentions(line, around=written, language=language, month_first=month_first):
        when = mention.when
        first = when.start.date() if isinstance(when.start, datetime) else when.start
        last = when.end if isinstance(when.end, date) and not isinstance(when.end, datetime) else None
        sure = min(when.confidence + 0.1, 0.85) if when.confidence else 0.0
        text = line[mention.start : mention.stop]
        yield Day(first=first, last=last, start=mention.start, stop=mention.stop, text=text, confidence=max(sure, 0.55))


def _asian(line: str, written: date) -> Iterator[Day]:
    for found in _PLAIN.finditer(line):
        year, month, number = found["y1"], int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"])
        try:
            first = date(int(year), month, number) if year else _next_day(written, month=month, day=number)
        except ValueError:
            continue
        if first:
            yield Day(first=first, start=found.start(), stop=found.end(), text=found.group(), confidence=0.8 if year else 0.65)


def _short(line: str, written: date, month_first: bool | None) -> Iterator[Day]:
    """12/4 and 4.12. without a year: only where the order is known, and they stand at the beginning or beside a weekday."""
    for found in _SHORT_DATE.finditer(line):
        one, two, dotted = int(found[1]), int(found[3]), found[2] == "."
        before = line[: found.start()].rstrip(" ,(")
        placed = (
            not re.search(r"\w", before)
            or (re.search(r"(?:^|\W)[^\W\d]{2,12}\.?$", before) and len(before) < 25)
            or _CLOCK_NEAR.match(line[found.end() :])
        )
        if not placed or (dotted and not found[4]) or (not dotted and month_first is None and one <= 12 and two <= 12):
            continue
        swap = not dotted and (two > 12 or (bool(month_first) and one <= 12))
        first = _next_day(written, month=one if swap else two, day=two if swap else one)
        if first:
            yield Day(first=first, start=found.start(), stop=found.end(), text=found.group(), confidence=0.6)


def _next_day(written: date, *, month: int, day: int) -> date | None:
    for year in (written.year, written.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= written - GRACE:
            return found
    return None


def _named(line: str, written: date, language: str) -> Iterator[Day]:
    """Days that count from the day of writing."""
    names = day_names(languages_of(language))
    for found in _pattern(languages_of(language)).finditer(line):
        part = found.groupdict()
        before, after = line[: found.start()], line[found.end() :]
        first, last, sure, stop = written, None, 0.7, found.end()
        if part["tomorrow"]:
            first = written + timedelta(days=1)
        elif part["in_two"]:
            first = written + timedelta(days=2)
        elif part["weekend"]:
            first, last = _weekend(written, later=bool(part["next"]) or bool(part["after"]))
            sure = 0.45 if part["next"] or part["after"] else 0.55
        elif part["weekday"]:
            weekday = names[part["weekday"].casefold().rstrip(".")]
            ordinal = _ORDINAL.match(after)
            first = written + timedelta(days=(weekday - written.weekday()) % 7)
            later = bool(part["next"] or part["after"])
            numbered = _numbered(written, weekday, int(ordinal[1])) if ordinal else None
            if numbered:
                first, sure, stop = numbered, 0.7, found.end() + ordinal.end()  # type: ignore[union-attr]
            elif later:
                first, sure = written - timedelta(days=written.weekday()) + timedelta(days=7 + weekday), 0.5
            elif not (part["this"] or _is_beside_clock(before, after) or _stands_alone(before, after)):
                continue
            else:
                sure = 0.65 if part["this"] or _is_beside_clock(before, after) else 0.5
            if re.search(rf"\b(?:{_EVERY})\s+$", before, re.IGNORECASE):
                sure = min(sure, 0.45)
        gone = re.search(rf"\b(?:{_PAST})\s+$", before, re.IGNORECASE)
        monthly = gone and re.search(rf"\b(?:{_EVERY})\s+$", before[: gone.start()], re.IGNORECASE)  # "every last Friday"
        if (gone and not monthly) or re.match(rf"\s+(?:{_PAST_AFTER})\b", after, re.IGNORECASE):
            continue
        lead = _LEAD.search(before) if part["weekday"] else None
        start = lead.start() if lead and (lead["every"] or line[found.start() : stop].lower().endswith("days")) else found.start()
        yield Day(first=first, last=last, start=start, stop=stop, text=line[start:stop], confidence=sure, dated=False)


def _is_beside_clock(before: str, after: str) -> bool:
    return bool(_CLOCK_NEAR.match(after.removeprefix(".")) or _CLOCK_JUST_BEFORE.search(before))


def _stands_alone(before: str, after: str) -> bool:
    """A weekday that heads a line, or an item of one: "FRIDAY:", "Friday – Jazz", "Jazz Night: Sat., The Wharf"."""
    if _ITEM_BEFORE.search(before) and _ITEM_AFTER.match(after):
        return True
    return not re.search(r"\w", before) and bool(re.match(r"\s*(?:[:|–—-]|nights?\b|evening\b|$)", after, re.IGNORECASE))


def _weekend(written: date, *, later: bool) -> tuple[date, date | None]:
    """Saturday and Sunday of this week, or of the next; on a Sunday what is left of it."""
    saturday = written - timedelta(days=written.weekday()) + timedelta(days=5)
    if later:
        return saturday + timedelta(days=7), saturday + timedelta(days=8)
    return (written, None) if written.weekday() == 6 else (saturday, saturday + timedelta(days=1))


def _numbered(written: date, weekday: int, number: int) -> date | None:
    """The next day of that number which is that weekday, within four months: "Saturday 5th"."""
    days = (written + timedelta(days=ahead) for ahead in range(-1, 125))
    return next((day for day in days if day.day == number and day.weekday() == weekday), None)


def _spans(line: str, days: list[Day]) -> list[Day]:
    """Two days with a dash between them are one span."""
    merged: list[Day] = []
    for day in days:
        before = merged[-1] if merged else None
        if (
            before
            and before.dated
            and day.dated
            and not before.last
            and day.first > before.first
            and _RANGE.match(line[before.stop : day.start])
        ):
            merged[-1] = Day(
                first=before.first, last=day.last or day.first, start=before.start, stop=day.stop,
                text=line[before.start : day.stop], confidence=min(before.confidence, day.confidence),
            )  # fmt: skip
        else:
            merged.append(day)
    return merged


def _touches(day: Day, others: list[Day]) -> bool:
    return any(day.start < other.stop and other.start < day.stop for other in others)


def _is_other(line: str, day: Day) -> bool:
    """Whether the words before a day give it to something else than the event."""
    before = re.split(r"[.!?;|•]\s", line[: day.start])[-1][-80:]
    return bool(_OTHERS.search(before) or _HISTORY.search(before))


def _is_dateline(line: str, day: Day, written: date) -> bool:
    """Whether a day at the beginning of a line is that of the writing, as agencies and papers set it before a text."""
    return (
        day.start <= 40 and abs((day.first - written).days) <= 1 and bool(_DATELINE.match(line[day.stop :])) and len(line) > day.stop + 80
    )


def _placed(line: str, day: Day) -> Day:
    leading = not re.search(r"\w", re.sub(r"^\W*[^\W\d]{2,12}(?: [^\W\d]{2,10}){0,2}\s*:", "", line[: day.start]))
    return Day(
        first=day.first, last=day.last, start=day.start, stop=day.stop, text=day.text, confidence=day.confidence, dated=day.dated, leading=leading,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _pattern(languages: tuple[str, ...]) -> re.Pattern[str]:
    """Every word of these languages that names a day by counting from today."""
    relative = [_relative(language) for language in languages]
    today = _any([*(_EVENINGS.get(language, "") for language in languages), *(pair[0] for pair in relative)])
    tomorrow = _any([*(_TOMORROWS.get(language, "") for language in languages), *(pair[1] for pair in relative)])
    tables = {"in_two": _IN_TWO, "weekend": _WEEKENDS, "this": _THIS, "next": _NEXT}
    word = {name: _any([table.get(language, "") for language in languages]) for name, table in tables.items()}
    names = [name for name, number in day_names(languages).items() if number < 7]
    weekdays = "|".join(re.escape(name) for name in sorted(_weekday_words(languages) & set(names), key=len, reverse=True))
    lead = rf"(?:\b(?:(?P<next>{word['next']})|(?P<this>{word['this']}))\s+)?"
    after = rf"(?P<after>\s+(?:{_NEXT_AFTER})\b)?"
    return re.compile(
        rf"{lead}(?<!\w)(?:(?P<weekend>{word['weekend']})|(?P<weekday>{weekdays})s?\b\.?)(?!\w){after}"
        rf"|(?<!\w)(?P<in_two>{word['in_two']})(?!\w)|(?<!\w){_NOT_TOMORROW}(?P<tomorrow>{tomorrow})(?!\w)|(?<!\w)(?P<today>{today})(?!\w)",
        re.IGNORECASE,
    )


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns if pattern) or r"(?!)"


def _relative(language: str) -> tuple[str, str]:
    """Patterns for today and tomorrow, as dateparser has them for the language."""
    words = _translations(language).get("relative-type", {})
    today = [word for word in words.get("0 day ago", ()) if word != "till date"]
    return "|".join(map(re.escape, today)), "|".join(map(re.escape, words.get("in 1 day", ())))


def _weekday_words(languages: tuple[str, ...]) -> set[str]:
    """Names of weekdays long enough not to be other words; "Sat" and "Sun" are English's own."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    listed = {word.casefold().rstrip(".") for language in languages for day in days for word in _translations(language).get(day, ())}
    return {word for word in listed if len(word) >= 3 and word not in ("mar", "sol", "dom", "son", "die")}


def _translations(language: str) -> dict[str, dict[str, list[str]]]:
    try:
        info: dict[str, dict[str, list[str]]] = import_module(f"dateparser.data.date_translation_data.{language}").info
    except ImportError:
        return {}
    return info
