"""The age limit: `minimum_age` in years, or `all_ages`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.values import read_age
from pipeline.siblings import SIBLINGS

_LOWEST, _HIGHEST = 12, 25
#: An age that could be meant. Most texts have none and cost only this search.
_AGE: Final = patterns.compile(r"1[2-9]|2[0-5]")
#: In a title: "(21+)", "18+", "ages 21 and over". A bare number does not count.
_TITLE: Final = patterns.compile(
    r"(?<![\d$€£₹.,:/-])(?<!\b(?:at|of) )(?<!\b(?:with|from|over|than) )(?:ages?\s*)?(?P<age>1[2-9]|2[0-5])"
    r"\s*(?:\+(?!\s*\d)|(?:and|&)\s+(?:over|up|older)\b|y(?:ea)?rs?\.? (?:and|&) (?:over|up|older)\b)",
    patterns.IGNORECASE,
)
#: In a text, only beside a word for admission or age, or in brackets: "21+ only", "must be 21", "ab 18
#: Jahren", "dès 16 ans".
_TEXT: Final = patterns.compile(
    r"(?<![\d$€£₹.,:/-])(?:"
    r"(?P<a>1[2-9]|2[0-5])\s?\+\s*(?:only\b|event\b|show\b|venue\b|(?:with )?(?:valid )?id\b|to (?:enter|attend|drink)\b|[.;)\]|]|\Z)"
    r"|^(?P<g>1[2-9]|2[0-5])\s?\+$"
    r"|(?P<b>1[2-9]|2[0-5])\s+(?:and|&)\s+(?:over|up|older)\b"
    r"|(?P<f>1[2-9]|2[0-5]) years (?:of age )?(?:and|or) (?:over|up|older)\b)"
    r"|\bmust be (?:at least )?(?P<c>1[2-9]|2[0-5])\b(?: years| or (?:over|older)| and (?:over|older)|\+|[.;!,)]| to)"
    r"|\b(?:minimum age|ages?|aged|einlass ab|ab|zutritt ab|des|dès|interdit aux moins de|(?:mayores|adolescentes) de|a partire dai?)[: ]+(?P<d>1[2-9]|2[0-5])"
    r"(?:\s*(?:\+|jahren?\b|j\.|ans\b|años\b|anni\b)|\s+(?:and|&) (?:over|up|older)\b)"
    r"|\binterdit aux moins de (?P<e>1[2-9]|2[0-5])\b",
    patterns.IGNORECASE | patterns.MULTILINE,
)
_ALL: Final = patterns.compile(
    r"(?<!families of )(?<!children of )(?<!kids of )"
    r"\ball[- ]ages(?: (?:show|welcome|event|are welcome|admitted))?\b(?! (?:\d|and abilities of))|\bopen to all ages\b|\bfor all ages\b|\btout public\b"
    r"|\btous publics\b|\btodos los publicos\b|\bfur alle altersgruppen\b",
    patterns.IGNORECASE,
)


#: Of age: from here on an event is no family's.
ADULT: Final = 18
_ADULTS: Final = patterns.compile(
    r"\b(?:adults?[- ]only|only for adults|for adults only|nur für erwachsene|réservée? aux adultes|solo (?:para )?adult[oi]s|apenas adultos)\b",
    patterns.IGNORECASE,
)


@lru_cache(maxsize=SIBLINGS)
def is_for_adults(text: str) -> bool:
    """Whether a text says that an event is for adults only."""
    return bool(_ADULTS.search(text))


def ages_of(stated: Mapping[str, Any], title: str, text: str) -> dict[str, Any]:
    """`{"minimum_age": years}` or `{"all_ages": True}` where the words are certain, else {}.

    {} also where they state several ages, or where `stated` has one already.
    """
    if "minimum_age" in stated or "all_ages" in stated:
        return {}
    return dict(_ages_in(title, text))


@lru_cache(maxsize=SIBLINGS)
def _ages_in(title: str, text: str) -> Mapping[str, Any]:
    found = {int(match["age"]) for match in _TITLE.finditer(title)}
    if not found and _AGE.search(text):
        found = {int(next(filter(None, match.groups()))) for match in _TEXT.finditer(text)}
    if len(found) == 1:
        age = found.pop()
        return {"minimum_age": age} if _LOWEST <= age <= _HIGHEST else {}
    return {"all_ages": True} if not found and _ALL.search(text) else {}


def age_limit_of(accessibility: Mapping[str, Any]) -> int | None:
    """The field `age_limit` from the accessibility facts.

    The least age in years, 0 for all ages, None for neither.
    """
    if accessibility.get("all_ages") is True:
        return 0
    return read_age(accessibility.get("minimum_age"))
