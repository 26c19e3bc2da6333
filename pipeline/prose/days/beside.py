"""Words beside a day word that mark it as a day of an event: a time, a heading's mark."""

from typing import Final

from pipeline import patterns
from pipeline.prose.lines import MAX_LENGTH

#: A word for evening, a time, or an ordinal beside a weekday makes it a day.
CLOCK_NEAR: Final = patterns.compile(
    r"^[\s,:(|@–—-]*+(?:(?:at|from|um|ab|à|a las|alle|doors|night|nights|evening|abend"
    r"|soir)\b[\s:]*)?(?:\d{1,2}(?:[:.]\d{2})?\s*[–-]\s*)?"
    r"(?:(?:12\s)?noon\b|(?:[01]?\d|2[0-4])\s*(?:[:h]\s?[0-5]\d(?![./]?\d|\.\d)|\.(?:00|15|30|45)(?![./]?\d|\s?[€$£%])|(?:\.[0-5]\d)?\s?(?:[ap]\.?m|uhr\b|h\b)|बजे|ಗಂಟೆ))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "7 p.m. Saturday", and "Jazz Night: Sat., The Wharf". "Friday at 7": an hour alone, unless it continues
#: like a house number.
AT_HOUR: Final = patterns.compile(
    r"[\s,]*+(?P<told>(?:at|@)\s(?P<hour>1[0-2]|[1-9]))(?=\s*(?:$|[,;!|(–—-]|\.(?!\d)|(?:at|in|on|with|for)\b|@))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: How many characters before and after a day word are read.
REACH: Final = 120
_WORD: Final = patterns.compile(r"\w", longest=MAX_LENGTH)
_HEADS: Final = patterns.compile(
    r"\s*+(?:[:|–—-]|nights?\b|evening\b|$)", patterns.IGNORECASE, longest=MAX_LENGTH
)
_CLOCK_JUST_BEFORE: Final = patterns.compile(
    r"(?:\d\s*[ap]\.?m\.?|\bnoon|\bmidnight)[\s,]*(?:on\s+|this\s+)?$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "7.30pm, Sat matinee 2.30pm": the time before belongs to another day.
_CLOCK_OF_ITS_OWN: Final = patterns.compile(
    r"[^,;.|\d]{1,60}\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m|uhr|h\b)", patterns.IGNORECASE, longest=MAX_LENGTH
)
_ITEM_BEFORE: Final = patterns.compile(r"\w[:;|]\s+$", longest=MAX_LENGTH)
_ITEM_AFTER: Final = patterns.compile(
    r"^\.?\s*(?:[,;|]|(?:and|to|&|-|–)\s)", patterns.IGNORECASE, longest=MAX_LENGTH
)


def is_beside_clock(before: str, after: str) -> bool:
    after = after.removeprefix(".")
    if CLOCK_NEAR.match(after) or AT_HOUR.match(after):
        return True
    return bool(_CLOCK_JUST_BEFORE.search(before[-REACH:])) and not _CLOCK_OF_ITS_OWN.match(after)


def stands_alone(before: str, after: str) -> bool:
    """Whether a weekday heads a line or an item of one.

    "FRIDAY:", "Friday – Jazz", "Jazz Night: Sat., The Wharf".
    """
    if _ITEM_BEFORE.search(before[-REACH:]) and _ITEM_AFTER.match(after):
        return True
    return not _WORD.search(before) and bool(_HEADS.match(after))
