"""Reads the days and hours that a question asks for: "tonight", "friday night", "5 dec", "next week", "after 8pm".

A day with a month, a time of day, and the names of days and months are read by the readers of texts (`free_text`,
`clocks`); here are only the words that people type and that no announcement holds. Times are local, for the reader's
own clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from pipeline import patterns
from pipeline.dates.clocks import clocks_in, read_clock
from pipeline.dates.event_times import EVENING_BEGINS, NIGHT_ENDS
from pipeline.dates.free_text import day_names, mentions, month_names
from pipeline.dates.years import day_without_year
from pipeline.text.folding import fold

#: More of a question is not read.
MAX_TEXT: Final = 200
#: The languages in which days are understood.
LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "hi", "kn")
_WORD: Final = patterns.compile(r"[^\s,;!?()\"'“”„/-]+", longest=MAX_TEXT)
#: 24/7 is all the time.
_NUMERIC: Final = patterns.compile(
    r"(?!24/7\b)(?<![\w./-])(\d{1,2})[./](\d{1,2})(?![\w/-]|\.\d)", longest=MAX_TEXT
)
#: What each phrase means, folded; `window:` names a span of `events.times.When`.
_MEANINGS: Final[Mapping[str, str]] = {
    "today": "today|heute|aujourd'hui|hoy|oggi|hoje|vandaag|आज|ಇಂದು",
    "tonight": "tonight|tonite|2night|2nite|this evening|this night|today evening|today night|heute abend|heute nacht|ce soir|cette nuit"
    "|esta noche|stasera|stanotte|questa sera|hoje à noite|esta noite|vanavond|vannacht|आज रात|आज शाम",
    "tomorrow": "tomorrow|tmrw|tmr|2moro|morgen|demain|mañana|domani|amanhã|कल|ನಾಳೆ",
    "weekend": "weekend|this weekend|the weekend|coming weekend|wochenende|dieses wochenende|ce week end|week end|fin de semana"
    "|este fin de semana|fine settimana|questo weekend|questo fine settimana|fim de semana|este fim de semana|dit weekend|het weekend",
    "week": "this week|the week|diese woche|cette semaine|esta semana|questa settimana|deze week",
    "next weekend": "next weekend|nächstes wochenende|kommendes wochenende|week end prochain|próximo fin de semana|prossimo weekend"
    "|prossimo fine settimana|próximo fim de semana|volgend weekend",
    "next week": "next week|coming week|nächste woche|kommende woche|semaine prochaine|próxima semana|semana que viene|prossima settimana"
    "|settimana prossima|semana que vem|volgende week",
    "month": "this month|diesen monat|ce mois ci|ce mois|este mes|questo mese|este mês|deze maand",
    "next month": "next month|nächsten monat|mois prochain|próximo mes|mes que viene|prossimo mese|mês que vem|volgende maand",
}
_WHEN: Final = frozenset({"today", "tonight", "tomorrow", "weekend", "week"})
#: Parts of a day: from (inclusive) and to (exclusive), over midnight where the second is not the later one.
_PARTS: Final[Mapping[str, tuple[time, time]]] = {
    "morning|mornings|morgens|vormittag|früh|matin|mañana|mattina|manhã|ochtend": (NIGHT_ENDS, time(12)),
    "afternoon|nachmittag|après midi|tarde|pomeriggio|middag": (time(12), EVENING_BEGINS),
    "evening|evenings|eve|abend|abends|soir|soirée|sera|avond": (EVENING_BEGINS, NIGHT_ENDS),
    "night|nights|nite|nacht|nachts|nuit|noche|notte|noite": (EVENING_BEGINS, NIGHT_ENDS),
    "late night|spät abends|tard le soir": (time(22), NIGHT_ENDS),
}
#: Words before a part of a day that stands without one: "in the morning", "am abend".
_PART_LEADS: Final = "in the|at|am|in der|le|la|por la|de la|di|de|à|'s|in de"
_AFTER: Final = frozenset(
    ("after", "from", "since", "past", "ab", "nach", "apres", "desde", "dopo", "dalle", "apos", "vanaf", "na")
)
_BEFORE: Final = frozenset(
    ("before", "until", "till", "by", "vor", "bis", "avant", "antes", "prima", "tot", "voor", "ate", "hasta")
)
_NEXT: Final = frozenset(
    (
        "next",
        "nachsten",
        "nachster",
        "nachste",
        "prochain",
        "proximo",
        "proxima",
        "prossimo",
        "prossima",
        "volgende",
    )
)
_THIS_TEXT: Final = "this coming on every diesen kommenden am ce este el questo deze op le il na los les"
_THIS: Final = frozenset(_THIS_TEXT.split())
_BETWEEN: Final = frozenset(
    ("and", "to", "till", "until", "und", "bis", "et", "au", "y", "a", "e", "en", "tot", "or")
)
_LEADS_TEXT: Final = """
for in at during the im um den dem der du von vom de del di da no a al around about gegen vers hacia verso circa om between
"""
#: Prepositions and articles that belong to the day or hour behind them.
_LEADS: Final = _THIS | _AFTER | _BEFORE | frozenset(_LEADS_TEXT.split())
#: Short weekdays are words too ("sun", "sat"): they need a word beside them that says so.
_FULL_NAME: Final = 5
#: Months that are other words too: "women's march".
_OTHER_MEANING: Final = frozenset(("march", "august"))
_AROUND: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedTime:
    """A span of days or hours in the characters `start` to `stop` of a question.

    `when` is today, tonight, tomorrow, weekend or week; else `first` and `last` are days. `from_hour` (inclusive) and
    `to_hour` (exclusive) bound the start of an event, over midnight where the second is not the later one.
    """

    start: int
    stop: int
    when: str = ""
    first: date | None = None
    last: date | None = None
    from_hour: time | None = None
    to_hour: time | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question: folded, and its characters."""

    word: str
    start: int
    stop: int


def tokens(text: str) -> list[Token]:
    """The words of a question, folded."""
    return [
        Token(fold(found[0]).strip("."), found.start(), found.end())
        for found in _WORD.finditer(text[:MAX_TEXT])
    ]


def asked_times(text: str, *, today: date, month_first: bool | None = None) -> list[AskedTime]:
    """The days and the hours that `text` asks for: at most one span of days, then one of hours where it stands apart.

    `today` is the reader's; `month_first` decides 3/4 (day first where it is not known).
    """
    text = text[:MAX_TEXT]
    words = tokens(text)
    days = _days(text, words, today, month_first)
    taken = [(days.start, days.stop)] if days else []
    hours = _hours(text, words, taken)
    found = [with_leads(one, words) for one in (days, hours) if one is not None]
    return sorted(found, key=lambda one: one.start)


def words_of_time() -> frozenset[str]:
    """The single folded words by which days are asked for, for the correction of typing errors."""
    single = {phrase[0] for phrase in _phrases() if len(phrase) == 1}
    return frozenset(word for word in single | set(_weekdays()) if len(word) > 3)


def with_leads(one: AskedTime, words: Sequence[Token]) -> AskedTime:
    """The same span with the prepositions and articles before it."""
    start = one.start
    for token in reversed([word for word in words if word.stop <= start]):
        if token.word not in _LEADS:
            break
        start = token.start
    return replace(one, start=start)


def _days(text: str, words: Sequence[Token], today: date, month_first: bool | None) -> AskedTime | None:
    found = _written(text, today, month_first) or _numeric(text, today, month_first)
    found = found or _said(words, today) or _weekday(words, today) or _month(words, today)
    return _with_part(found, words) if found else None


def _written(text: str, today: date, month_first: bool | None) -> AskedTime | None:
    for language in LANGUAGES:
        for mention in mentions(text, around=today, language=language, month_first=month_first):
            first = _day(mention.when.start)
            last = _day(mention.when.end) if mention.when.end else first
            return AskedTime(start=mention.start, stop=mention.stop, first=first, last=max(first, last))
    return None


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _numeric(text: str, today: date, month_first: bool | None) -> AskedTime | None:
    for found in _NUMERIC.finditer(text):
        one, other = int(found[1]), int(found[2])
        for month, day in ((one, other), (other, one)) if month_first else ((other, one), (one, other)):
            meant = day_without_year(month, day, around=today) if 1 <= month <= 12 and day else None
            if meant:
                return AskedTime(start=found.start(), stop=found.end(), first=meant, last=meant)
    return None


def _said(words: Sequence[Token], today: date) -> AskedTime | None:
    for at in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = tuple(token.word for token in words[at : at + length])
            meaning = _phrases().get(phrase) if len(phrase) == length else None
            if meaning:
                return _meant(meaning, words[at].start, words[at + length - 1].stop, today)
    return None


def _meant(meaning: str, start: int, stop: int, today: date) -> AskedTime:
    if meaning in _WHEN:
        return AskedTime(start=start, stop=stop, when=meaning)
    monday = today + timedelta(days=7 - today.weekday())
    if meaning == "next week":
        first, last = monday, monday + timedelta(days=6)
    elif meaning == "next weekend":
        first, last = monday + timedelta(days=4), monday + timedelta(days=6)
    elif meaning == "month":
        first, last = today, _month_end(today)
    else:
        first = _month_end(today) + timedelta(days=1)
        last = _month_end(first)
    return AskedTime(start=start, stop=stop, first=first, last=last)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _weekday(words: Sequence[Token], today: date) -> AskedTime | None:
    for at, token in enumerate(words):
        number = _weekdays().get(token.word)
        if number is None or not _is_weekday(words, at):
            continue
        first = today + timedelta(days=(number - today.weekday()) % 7)
        if at and words[at - 1].word in _NEXT and first - today < timedelta(days=7 - today.weekday()):
            first += timedelta(days=7)
        start = words[at - 1].start if at and words[at - 1].word in _NEXT else token.start
        last, stop = first, token.stop
        joined = at + 2 < len(words) and words[at + 1].word in _BETWEEN  # else "fri-sun"
        until = at + 2 if joined else at + 1
        to = _weekdays().get(words[until].word) if until < len(words) else None
        if to is not None:
            last, stop = first + timedelta(days=(to - first.weekday()) % 7), words[until].stop
        return AskedTime(start=start, stop=stop, first=first, last=last)
    return None


def _is_weekday(words: Sequence[Token], at: int) -> bool:
    if len(words[at].word) >= _FULL_NAME:
        return True
    before = words[at - 1].word if at else ""
    behind = words[at + 1].word if at + 1 < len(words) else ""
    beside = (
        behind in _part_words()
        or behind in _BETWEEN
        or behind in _weekdays()
        or bool(behind and read_clock(behind))
    )
    return before in _THIS or before in _NEXT or before in _weekdays() or beside or at == len(words) - 1 > 0


def _month(words: Sequence[Token], today: date) -> AskedTime | None:
    """A month behind a preposition ("in december"), or as the last word ("guided tour september")."""
    for at, token in enumerate(words[1:], 1):
        number = _months().get(token.word)
        led = words[at - 1].word in ("in", "im", "en", "a", "em", "this", "next")
        if number is None or not (led or (at == len(words) - 1 and token.word not in _OTHER_MEANING)):
            continue
        first = date(today.year + (number < today.month), number, 1)
        start = words[at - 1].start if led else token.start
        return AskedTime(start=start, stop=token.stop, first=max(first, today), last=_month_end(first))
    return None


def _with_part(days: AskedTime, words: Sequence[Token]) -> AskedTime:
    """The days with the part of the day that follows them: "friday night", "tomorrow morning"."""
    behind = [token for token in words if token.start >= days.stop]
    skipped = 1 if behind and behind[0].word in ("in", "the", "at", "am", "por", "de", "s") else 0
    for length in (3, 2, 1):
        part = behind[skipped : skipped + length]
        hours = _part_phrases().get(tuple(token.word for token in part)) if len(part) == length else None
        if hours:
            named = "tonight" if days.when == "today" and hours[0] >= EVENING_BEGINS else days.when
            bounds = (None, None) if named == "tonight" else hours
            return replace(days, when=named, stop=part[-1].stop, from_hour=bounds[0], to_hour=bounds[1])
    return days


def _hours(text: str, words: Sequence[Token], taken: Sequence[tuple[int, int]]) -> AskedTime | None:
    return _until(text, words, taken) or _clock(text, words, taken) or _part_alone(words, taken)


def _until(text: str, words: Sequence[Token], taken: Sequence[tuple[int, int]]) -> AskedTime | None:
    for at, token in enumerate(words[:-1]):
        if token.word in _BEFORE:
            for last in words[at + 1 : at + 3][::-1]:
                clock = read_clock(text[words[at + 1].start : last.stop])
                if clock and not _overlaps(token.start, last.stop, taken):
                    return AskedTime(
                        start=token.start, stop=last.stop, from_hour=NIGHT_ENDS, to_hour=clock.start
                    )
    return None


def _clock(text: str, words: Sequence[Token], taken: Sequence[tuple[int, int]]) -> AskedTime | None:
    for span in clocks_in(text, days=taken):
        if _overlaps(span.start, span.stop, taken):
            continue
        before = next((token.word for token in reversed(words) if token.stop <= span.start), "")
        begin, end = span.clock.start, span.clock.end
        if end is not None:
            bounds = (begin, end)
        elif before in _AFTER:
            bounds = (begin, NIGHT_ENDS)
        else:
            bounds = (_shifted(begin, -_AROUND), _shifted(begin, _AROUND))
        return AskedTime(start=span.start, stop=span.stop, from_hour=bounds[0], to_hour=bounds[1])
    return None


def _shifted(clock: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 2), clock) + by).time()


def _part_alone(words: Sequence[Token], taken: Sequence[tuple[int, int]]) -> AskedTime | None:
    """A part of the day behind its preposition, so that "Morning Raga" keeps its words."""
    leads = [tuple(token.word for token in tokens(lead)) for lead in _PART_LEADS.split("|")]
    for at, token in enumerate(words):
        hours = _part_phrases().get((token.word,))
        lead = next(
            (
                len(one)
                for one in leads
                if one and tuple(w.word for w in words[max(0, at - len(one)) : at]) == one
            ),
            0,
        )
        if hours and lead and not _overlaps(words[at - lead].start, token.stop, taken):
            return AskedTime(
                start=words[at - lead].start, stop=token.stop, from_hour=hours[0], to_hour=hours[1]
            )
    return None


def _overlaps(start: int, stop: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < end and begin < stop for begin, end in taken)


def _folded(phrases: str) -> Iterator[tuple[str, ...]]:
    for phrase in phrases.split("|"):
        yield tuple(token.word for token in tokens(phrase))


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    return {phrase: meaning for meaning, phrases in _MEANINGS.items() for phrase in _folded(phrases)}


@cache
def _part_phrases() -> dict[tuple[str, ...], tuple[time, time]]:
    return {phrase: hours for phrases, hours in _PARTS.items() for phrase in _folded(phrases)}


@cache
def _part_words() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _part_phrases())


@cache
def _months() -> dict[str, int]:
    """Full names of months, folded."""
    return {fold(name): number for name, number in month_names(LANGUAGES).items() if len(name) >= _FULL_NAME}


@cache
def _weekdays() -> dict[str, int]:
    """Names of weekdays, folded; short ones in English alone, since others are words of other languages ("mar", "sol")."""
    months = month_names(LANGUAGES)
    named = {fold(name): number for name, number in day_names(LANGUAGES).items() if name not in months}
    short = {fold(name) for name in day_names(("en",)) if name not in months}
    kept = {name: number for name, number in named.items() if len(name) >= _FULL_NAME or name in short}
    plural = {f"{name}s": number for name, number in kept.items() if name.endswith("day")}
    # Portuguese counts its weekdays: "segunda" is "second" to others
    return {
        name: number
        for name, number in {**kept, **plural}.items()
        if name not in ("segunda", "quarta", "quinta", "sexta", "terca")
    }
