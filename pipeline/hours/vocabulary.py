"""The words of opening hours.

OpenStreetMap's own, usual English ones, and names of days and months in other languages.
"""

from collections import defaultdict
from functools import lru_cache
from importlib import import_module
from typing import Final

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MORE_DAYS: Final = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip

#: The languages whose names of days and months are read, from dateparser's Unicode tables.
_LANGUAGES: Final = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "gu", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kn",
    "ko", "lt", "lv", "ml", "mr", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "ta", "te", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
#: Shorter forms mean different days in different languages: "di", "mi", "do".
_SHORTEST: Final = 3
#: From this character on, scripts write words in one or two characters.
_IDEOGRAMS: Final = "\u3040"


@lru_cache(maxsize=1)
def foreign() -> tuple[dict[str, int], dict[str, int]]:
    """Names of weekdays (Monday 0) and of months (January 1) with one meaning in all `_LANGUAGES`.

    "listopad" is October and November, so it is left out. Loaded at the first word that is not English: the
    tables take a third of a second.
    """
    meant: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for language in _LANGUAGES:
        names = import_module(f"dateparser.data.date_translation_data.{language}").info
        for kind, words in enumerate((_DAYS, _MONTHS)):
            for number, word in enumerate(words, kind):
                for form in names[word]:
                    meant[form.lower()].add((kind, number))
    sure = {
        form: next(iter(found)) for form, found in meant.items() if len(found) == 1 and _long_enough(form)
    }
    days = {form: number for form, (kind, number) in sure.items() if kind == 0}
    adverbs = {f"{day}s": number for day, number in days.items() if day.endswith("tag")}  # German: "montags"
    return days | adverbs, {form: number for form, (kind, number) in sure.items() if kind == 1}


def _long_enough(form: str) -> bool:
    """Latin forms from three letters on, ideograms from two, other scripts from four.

    "сер" is Wednesday and August.
    """
    if form.isascii():
        return form.isalpha() and len(form) >= _SHORTEST
    return len(form) > (1 if form[0] >= _IDEOGRAMS else _SHORTEST)


#: Names of weekdays, Monday 0.
WEEKDAYS: Final = {
    form: n for n, name in enumerate(_DAYS) for form in (name, name[:3], name[:2], name + "s")
} | _MORE_DAYS
#: Names of months, January 1.
MONTHS: Final = {form: n for n, name in enumerate(_MONTHS, 1) for form in (name, name[:3])} | {"sept": 9}
MODIFIERS: Final = {
    "open": "open", "geöffnet": "open", "ouvert": "open", "abierto": "open", "closed": "closed", "off": "closed", "geschlossen": "closed",
    "ruhetag": "closed", "fermé": "closed", "cerrado": "closed", "chiuso": "closed", "unknown": "unknown",
}  # fmt: skip
#: Words for a dash, for an open end, and for a comma.
TO: Final = (
    "to", "till", "til", "until", "through", "thru", "bis", "a", "á", "à", "as", "ás", "às", "ate", "até", "до", "al", "tot",
)  # fmt: skip
OPEN_ENDS: Final = ("late",)
AND: Final = ("and", "&", "und", "et", "y", "e", "и", "en", "och", "og")
#: Words that are understood but not supported, and why.
UNANSWERED: Final = {
    **dict.fromkeys(("sunrise", "sunset", "dawn", "dusk", "daylight"), "the sun's times"),
    **dict.fromkeys(
        ("sh", "school", "schoolholiday", "schoolholidays", "schulferien", "ferien"),
        "school holidays, of which no calendar is kept",
    ),
}
#: The two letters of OpenStreetMap, Monday first.
CODES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
