"""Days and months as the language of the page writes them, by the CLDR (Babel). English has the form of this site."""

from datetime import date
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, match_skeleton

from languages.codes import DEFAULT
from languages.reading import current_code, current_locale

#: What a day may show (CLDR skeletons), with the form of English.
_ENGLISH: Final = {
    "MMMd": "d MMM",
    "yMMMd": "d MMM y",
    "MMMEd": "EEE d MMM",
    "yMMMEd": "EEE d MMM y",
    "MMMEEEEd": "EEEE d MMM",
    "yMMMEEEEd": "EEEE d MMM y",
    "yMMMM": "MMMM y",
    "Ed": "EEE d",
    "E": "EEE",
    "EEEE": "EEEE",
}


def day_in_words(day: date, skeleton: str) -> str:
    """`MMMEd` is `Sat 12 Dec`, `शनि, 12 दिस॰`, `sam. 12 déc.`; a `y` adds the year, `EEEE` writes the weekday out."""
    return _in_words(day, skeleton, current_locale(), current_code() == DEFAULT)


# A list of 1,000 events names the same hundred days.
@lru_cache(maxsize=4096)
def _in_words(day: date, skeleton: str, locale: str, is_english: bool) -> str:
    return format_date(day, _pattern(locale, skeleton, is_english), locale=locale)


@lru_cache(maxsize=200)
def _pattern(locale: str, skeleton: str, is_english: bool) -> str:
    if is_english or skeleton in ("E", "EEEE"):
        return _ENGLISH[skeleton]
    known = Locale.parse(locale).datetime_skeletons
    short = skeleton.replace("EEEE", "E")
    found = known[match_skeleton(short, known) or short].pattern
    if short != skeleton:
        found = found.replace("EEEE", "E").replace("EEE", "E").replace("E", "EEEE")
    return str(found)
