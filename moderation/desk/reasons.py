"""What the matchers of events and of venues found, as sentences for moderators.

A matcher's reasons are one line, `titles 0.92 alike; 40 m apart` (`pipeline.matching.explain`,
`pipeline.geography.likeness`); evidence of any age holds them so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: A reason in the matcher's words, what it says to people, and whether it speaks for one and the same.
_SAID: Final[Mapping[str, tuple[str, bool]]] = {
    "same link": ("Both lead to the same page.", True),
    "same site": ("Both lead to the same site.", True),
    "same title": ("The titles are the same.", True),
    "one title within the other": ("One title is part of the other.", True),
    "same short name": ("Both go by the same short name.", True),
    "numbers differ": ("The numbers in the titles differ.", False),
    "same start": ("They start at the same time.", True),
    "same day": ("They are on the same day.", True),
    "same day, one without a time": ("They are on the same day; one names no time.", True),
    "same venue": ("They are at the same venue.", True),
    "same city": ("They are in the same city.", True),
    "one room seldom holds two events at once": ("They are in one room at one time, which seldom holds two events.", True),
    "same organizer": ("They have the same organizer.", True),
    "same description": ("The descriptions are the same.", True),
    "prices differ": ("The prices differ.", False),
    "same name": ("The names are the same.", True),
    "one name is part of the other": ("One name is part of the other.", True),
    "same address": ("The address is the same.", True),
    "same street": ("They are in the same street.", True),
    "same street, another number near by": ("They are in the same street, a few numbers apart.", True),
    "same street, another number": ("They are in the same street at another number.", False),
    "streets differ, one without a number": ("The streets differ; one has no number.", False),
    "other address": ("The addresses differ.", False),
    "other postcode": ("The postcodes differ.", False),
    "same telephone number": ("The telephone number is the same.", True),
    "other telephone number": ("The telephone numbers differ.", False),
    "same website": ("The website is the same.", True),
    "other country": ("They are in different countries.", False),
    "a moderator said so": ("A moderator said so.", True),
    "taken back": ("A verdict was taken back.", True),
}  # fmt: skip
#: Kinds of texts that are compared by a number.
_ALIKE: Final = {"titles": "titles", "venues": "names of the venues", "names": "names"}
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and whether it speaks for one and the same event or venue."""

    words: str
    speaks_for: bool


def reasons_in_words(reasons: str) -> list[Reason]:
    """The sentences for a matcher's line; a part that is not known is said as it stands."""
    return [_reason(part.strip()) for part in reasons[:_LONGEST].split(";") if part.strip()]


def likeness_words(reason: str) -> str:
    """`may be the same as another event: same start; same venue` in sentences; any other reason as it stands."""
    head, colon, found = reason.partition(": ")
    if not colon or not head.startswith("may be "):
        return reason
    return f"{head[:1].upper()}{head[1:]}: {' '.join(one.words for one in reasons_in_words(found))}"


def chance_words(similarity: float) -> str:
    """`The matcher gives 84 of 100 that they are one.`"""
    return f"The matcher gives {round(similarity * 100)} of 100 that they are one."


def _reason(part: str) -> Reason:
    if part in _SAID:
        return Reason(*_SAID[part])
    return _alike(part) or _apart(part) or Reason(f"{part[:1].upper()}{part[1:]}.", True)


def _alike(part: str) -> Reason | None:
    """`titles 0.92 alike`, `names differ (0.41 alike)`, `places share 50% of their words`."""
    what, _, rest = part.partition(" ")
    share = next((word.strip("()") for word in rest.split() if word.strip("()").startswith(("0.", "1."))), "")
    if what in _ALIKE and part.rstrip(")").endswith("alike") and share.replace(".", "").isdigit():
        number = float(share)
        how = next(words for least, words in _DEGREES if number >= least)
        return Reason(f"The {_ALIKE[what]} are {how} ({round(number * 100)} of 100).", number >= 0.6)
    if part.startswith("places share "):
        return Reason(f"The places {part.removeprefix('places ').replace('%', ' %')}.", True)
    return None


_DEGREES: Final = (
    (0.9, "nearly the same"),
    (0.75, "much alike"),
    (0.6, "somewhat alike"),
    (0.0, "not alike"),
)


def _apart(part: str) -> Reason | None:
    """`starts 4 h apart`, `40 m apart`, `1.2 km apart`, `cities A and B`."""
    if part.startswith("starts ") and part.endswith(", as a zone is from UTC"):
        span = part.removeprefix("starts ").removesuffix(", as a zone is from UTC")
        return Reason(
            f"They start {span}, just what the time zone differs from UTC: one time may be wrong.", True
        )
    if part.startswith("starts ") and part.endswith(" apart"):
        return Reason(
            f"They start {part.removeprefix('starts ')}.", part.endswith(" min apart") and " h " not in part
        )
    if part.endswith(" m apart"):
        metres = part.removesuffix(" m apart")
        return Reason(f"They are {part}.", metres.isdigit() and int(metres) <= 250)
    if part.endswith(" km apart"):
        return Reason(f"They are {part}.", False)
    if part.startswith("cities "):
        return Reason(f"They are in different cities: {part.removeprefix('cities ')}.", False)
    return None
