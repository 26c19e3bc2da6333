"""The words for days relative to the day of writing, by language.

Words for today and tomorrow are those of dateparser; others (evenings, weekends, "next") are listed here.
"""

from functools import lru_cache
from importlib import import_module
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import day_names
from pipeline.prose.lines import MAX_LENGTH

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Weekdays that dateparser lacks: synonyms, and spellings without accents.
_OTHER_WEEKDAYS: Final = {"de": {"sonnabend": 5}, "es": {"miercoles": 2, "sabado": 5}}
#: Weekdays of two letters, which count at the beginning of an item before its time: "Sa 20.30".
_SHORTEST: Final = {"de": "Mo|Di|Mi|Do|Fr|Sa|So", "nl": "Ma|Di|Wo|Do|Vr|Za|Zo"}
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
#: Words after a weekday that mean the next one: "vendredi prochain".
_NEXT_AFTER: Final = r"prochaine?|próxim[oa]|que viene|prossim[oa]|next week|nächste woche"
#: The end of a word. `\w` does not match vowel signs of Devanagari: "आजादी" is not "आज".
_END: Final = r"(?![\w\u0900-\u0903\u093a-\u094f])"
_NOT_TOMORROW: Final = r"(?<!por la )(?<!de la )(?<!la )(?<!esta )(?<!guten )(?<!todas las )"


@lru_cache(maxsize=32)
def counting_words(languages: tuple[str, ...]) -> patterns.Pattern[str]:
    """Matches every word of these languages for a day relative to today."""
    relative = [_relative(language) for language in languages]
    today = _any([*(_EVENINGS.get(language, "") for language in languages), *(pair[0] for pair in relative)])
    tomorrow = _any(
        [*(_TOMORROWS.get(language, "") for language in languages), *(pair[1] for pair in relative)]
    )
    tables = {"in_two": _IN_TWO, "weekend": _WEEKENDS, "this": _THIS, "next": _NEXT}
    word = {name: _any([table.get(language, "") for language in languages]) for name, table in tables.items()}
    names = [name for name, number in day_names(languages).items() if number < 7]
    listed = "|".join(
        patterns.escape(name)
        for name in sorted(_weekday_words(languages) & set(names), key=len, reverse=True)
    )
    shortest = _SHORTEST.get(languages[0], "(?!)")
    lead = rf"(?:\b(?:(?P<next>{word['next']})|(?P<this>{word['this']}))\s+)?"
    after = rf"(?P<after>\s+(?:{_NEXT_AFTER})\b)?"
    return patterns.compile(
        rf"{lead}(?<!\w)(?:(?P<weekend>{word['weekend']})|(?P<weekday>{listed})s?\b\.?){_END}{after}"
        rf"|(?<!\w)(?P<in_two>{word['in_two']}){_END}|(?<!\w){_NOT_TOMORROW}(?P<tomorrow>{tomorrow}){_END}|(?<!\w)(?P<today>{today}){_END}"
        rf"|(?<!\w)(?P<short>(?-i:{shortest}))(?!\w)\.?",
        patterns.IGNORECASE,
        longest=MAX_LENGTH,
    )


def _any(expressions: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in expressions if pattern) or r"(?!)"


def _relative(language: str) -> tuple[str, str]:
    """Patterns for today and tomorrow from dateparser's data for the language."""
    words = _translations(language).get("relative-type", {})
    today = [word for word in words.get("0 day ago", ()) if word != "till date"]
    return "|".join(map(patterns.escape, today)), "|".join(map(patterns.escape, words.get("in 1 day", ())))


@lru_cache(maxsize=32)
def weekdays(languages: tuple[str, ...]) -> dict[str, int]:
    """Names of weekdays in these languages, short ones too, casefolded, as 0 (Monday) to 6.

    If two languages share a name, the first language's meaning counts.
    """
    names: dict[str, int] = {}
    for language in reversed(languages):
        for number, day in enumerate(_WEEKDAYS):
            names.update(
                {
                    word.casefold().rstrip("."): number
                    for word in _translations(language).get(day, ())
                    if len(word) >= 2
                }
            )
        names.update(_OTHER_WEEKDAYS.get(language, {}))
    return names


def _weekday_words(languages: tuple[str, ...]) -> set[str]:
    """Names of weekdays too long to be other words; "Sat" and "Sun" only in English."""
    return {
        word
        for word in weekdays(languages)
        if len(word) >= 3 and word not in ("mar", "sol", "dom", "son", "die")
    }


def _translations(language: str) -> dict[str, dict[str, list[str]]]:
    try:
        info: dict[str, dict[str, list[str]]] = import_module(
            f"dateparser.data.date_translation_data.{language}"
        ).info
    except ImportError:
        return {}
    return info
