"""Plain text."""

from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.siblings import SIBLINGS
from pipeline.text.sanitize.addresses import without_secrets, without_split
from pipeline.text.sanitize.mending import (
    ANY_SPACE,
    MAX_ROUNDS,
    NO_TAG,
    SCRIPT,
    SPACES,
    decoded,
    mended,
    untagged,
)

_LINE_TAG: Final = patterns.compile(r"<br\s*/?>|</(?:p|div|li)\s*>", patterns.IGNORECASE)


def plain(text: str) -> str:
    """One line of plain text.

    Entities are decoded however often they were escaped, tags removed, white space collapsed.
    """
    return text.strip() if _is_plain(text) else _made_plain(text)


@lru_cache(maxsize=4 * SIBLINGS)  # names of houses and labels as well as descriptions
def _made_plain(text: str) -> str:
    for _ in range(MAX_ROUNDS):
        better = mended(text)
        better = decoded(better) if "&" in better else better
        better = (
            untagged(NO_TAG.sub(r"\1", SCRIPT.sub(" ", without_split(better))), " ")
            if "<" in better
            else better
        )
        better = ANY_SPACE.sub(" ", SPACES.sub(" ", without_secrets(better))).strip()
        if better == text:
            return text
        text = better
    return ANY_SPACE.sub(" ", without_secrets(mended(text.replace("&", " ").replace("<", " ")))).strip()


def _is_plain(text: str) -> bool:
    """Whether only the outer spaces can change: true of most texts, and far quicker to see than to do."""
    return (
        text.isascii() and text.isprintable() and "  " not in text and not any(mark in text for mark in "&</")
    )


@lru_cache(maxsize=SIBLINGS)
def lines(text: str) -> str:
    """Like `plain`, but line ends stay, and tags that end a line become one."""
    for _ in range(MAX_ROUNDS):
        broken = _LINE_TAG.sub("\n", mended(text)) if "<" in text else mended(text)
        better = "\n".join(filter(None, (plain(line) for line in broken.split("\n"))))
        if better == text:
            break
        text = better
    return text


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space if one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _, tail = cut.rpartition(" ")
    return (head if head and len(tail) < 40 else cut).rstrip() + "…"
