"""Several prices with whom or what each is for, in the source's words: "Adults $20, students $10, members free"."""

from collections.abc import Sequence
from typing import Final

from pipeline import patterns
from pipeline.money import words
from pipeline.money.amounts import sums

#: What stands between two offers; brackets around one.
_BETWEEN: Final = patterns.compile(r"[;|\n()]|[,/]\s|\s/", longest=words.MAX_PRICE)
_LETTERS: Final = patterns.compile(r"[^\W\d_]{2,}", longest=words.MAX_PRICE)


def offers_in(text: str) -> tuple[str, ...]:
    """The offers of a price's words; () where there is one only, or none says for whom or what it is.

    "$149 / ₹13,400 (Academic $49)": "$149", "₹13,400", "Academic $49". An amount that is the least or the
    most, that is a range, or that pays for something else is no offer.
    """
    text = text[: words.MAX_PRICE]
    found, parts, start = sums(text), [], 0
    for end, next_start in [*(match.span() for match in _BETWEEN.finditer(text)), (len(text), len(text))]:
        inside = [one for one in found if start <= one.start and one.end <= end]
        reported = " ".join(text[start:end].split()).strip(" .:–—-")
        free = bool(words.FREE.search(reported)) and not inside
        if len(inside) > 1 or ((inside or free) and _is_none(reported)):
            return ()
        audience = (
            text[start : inside[0].start] + text[inside[0].end : end] if inside else reported if free else ""
        )
        parts += [(reported, audience)] if inside or free else []
        start = next_start
    return tuple(reported for reported, _ in parts) if _is_for_some(parts) else ()


def _is_none(reported: str) -> bool:
    """Whether a sum is a bound of one price, or the price of something else."""
    return bool(words.FROM.search(reported) or words.UP_TO.search(reported) or words.OTHER.search(reported))


def _is_for_some(parts: Sequence[tuple[str, str]]) -> bool:
    """Whether there are several offers, and one says for whom or what it is beside being free."""
    return len(parts) > 1 and any(_LETTERS.search(words.FREE.sub(" ", audience)) for _, audience in parts)
