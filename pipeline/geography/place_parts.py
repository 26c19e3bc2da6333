"""The parts of a place's words between commas, and what one part may be: a street, a house, a placeholder."""

from typing import Final

from pipeline import patterns
from pipeline.geography.likeness.names import name_words, weight_of
from pipeline.geography.rooms import is_room
from pipeline.text.folding import fold_name

#: Only so many characters of a place's words are read.
MAX_WORDS: Final = 2_500
_PARTS: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?[,\n]\s*+|(?<!\s)\s++[·•|@]\s++|(?<!\s)\s++[-–—]\s++(?=\d)", longest=MAX_WORDS
)
_STREET: Final = patterns.compile(
    r"^\d+[a-z]?(?:[-/]\d+[a-z]?)?(?:\s+\S|$)|\b(?:street|avenue|ave|blvd|boulevard|st\.|road|rd\.?|drive|lane|highway|hwy|platz|weg|allee|rue"
    r"|calle|via)\b|(?:stra(?:ß|ss)e\b|str\.)",
    patterns.IGNORECASE,
    longest=MAX_WORDS,
)
_STREET_WORD: Final = patterns.compile(
    r"\b(?:street|st|avenue|ave|blvd|boulevard|road|rd|drive|dr|lane|ln|highway|hwy|way|parkway|pkwy|broadway|rue|calle|via|avenida|am|an der|auf der"
    r"|\w*(?:platz|stra(?:ß|ss)e|str|weg|allee|gasse|damm|ufer))\b",
    patterns.IGNORECASE,
    longest=MAX_WORDS,
)
#: A number in front: of a house ("12b Main St"), with three digits also without a word for a street ("115 Bowery").
_NUMBER_FIRST: Final = patterns.compile(
    r"\d+[a-z]?(?:[-/]\d+[a-z]?)?\s+\S", patterns.IGNORECASE, longest=MAX_WORDS
)
_LARGE_NUMBER: Final = patterns.compile(r"\d{3,5}[a-z]?\s+[^\W\d]", patterns.IGNORECASE, longest=MAX_WORDS)
_NUMBER_LAST: Final = patterns.compile(
    r"(?<![^\W\d_])(?P<word>[^\W\d_]++)\.?\s\d{1,4}\s?[a-z]?$", patterns.IGNORECASE, longest=MAX_WORDS
)
#: Letters of the least word that is a street's where a number follows: "Drottninggatan 45", not "Haus 5".
_LEAST_OF_STREET: Final = 5
#: A part of a house, which is no house by itself.
_UNIT: Final = patterns.compile(
    r"(?:unit|flat|apt|apartment|suite|ste|level|floor|shop|plot|room|no)\b\.?\s?#?[a-z]?-?\d{1,4}[a-z]?|(?:ground|\d{1,2}(?:st|nd|rd|th)) floor",
    patterns.IGNORECASE,
    longest=MAX_WORDS,
)
#: What stands for a place that is not told, folded.
_SOME_PLACE: Final = patterns.compile(
    r"tb[adc]|to be (?:announced|determined|confirmed)|n a|na|none|unknown|various|see description|no location|null|undefined|unnamed venue"
    r"|(?:various|multiple|several|different|many|all over) (?:venues?|locations?|places|sites)(?: (?:across|in|around|throughout|over|of) .*)?"
    r"|(?:the )?(?:venues?|locations?|place|address|ort|lieu)(?: (?:is|will be|to be))? (?:tb[acd]|announced|confirmed|revealed|shared|sent|provided"
    r"|disclosed|to be \w+)\b.*"
    r"|(?:exact |full )?(?:venue|location|address|place)(?: details)? (?:on|upon|after|with|at)"
    r" (?:rsvp|registration|registering|request|booking|approval)\b.*"
    r"|(?:register|rsvp|sign up|book) (?:to see|for) (?:the )?(?:exact |full )?(?:venue|location|address)(?: details)?"
    r"|(?:a )?(?:secret|undisclosed|private|mystery) (?:venue|location|place|address)\b.*|(?:see|check) (?:description|details|website|bio)"
    r"|your (?:home|couch|computer)|anywhere|everywhere|worldwide|see website\b.*"
    r"|(?:every|each) (?:\d+ |other )?(?:day|week|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b.*",
    longest=MAX_WORDS,
)


def split_parts(words: str) -> list[str]:
    """The parts of a place's words between commas, line ends and signs, outside brackets."""
    words, parts, start = words[:MAX_WORDS], [], 0
    for found in _PARTS.finditer(words):
        if words.count("(", start, found.start()) <= words.count(")", start, found.start()):
            parts.append(words[start : found.start()])
            start = found.end()
    stripped = (part.strip(" ,;\t") for part in (*parts, words[start:]))
    return [part for part in stripped if part]


def stands_for_none(words: str) -> bool:
    """Whether the words are a placeholder: "TBA", "various venues across town"."""
    return bool(_SOME_PLACE.fullmatch(fold_name(words[:MAX_WORDS])))


def is_unit(words: str) -> bool:
    """Whether the words are a part of a house: "Unit 3", "2nd floor"."""
    return bool(_UNIT.fullmatch(words))


def is_street(words: str) -> bool:
    """Whether the words are a street with a house's number, and no house: "131 W 3rd St", "Am Kanal 47"."""
    numbered = _NUMBER_FIRST.match(words) or _NUMBER_LAST.search(words)
    return bool(numbered and _STREET_WORD.search(words)) and not names_house(words)


def may_be_street(words: str) -> bool:
    """Whether the words may be a street, where others before them are a house: "Church and Main St.", "1945 NW
    Quimby"."""
    last = _NUMBER_LAST.search(words)
    reported = last and len(last["word"]) >= _LEAST_OF_STREET and weight_of(fold_name(last["word"])) >= 1
    return bool(reported or _STREET.search(words) or is_street(words)) and not is_room(words)


def is_numbered(words: str) -> bool:
    """Whether a large number begins the words, as a house's does without a word for a street: "115 Bowery", but not
    "54 Below"."""
    return bool(_LARGE_NUMBER.match(words)) and not names_house(words)


def ends_with_street(words: str) -> bool:
    """Whether the last word is one for a street: "Market St", which is none by itself, but where a town follows."""
    return bool(_STREET_WORD.fullmatch(words.rpartition(" ")[2].rstrip(".")))


def names_house(words: str) -> bool:
    """Whether the last word is one for a kind of house: "111 Minna Gallery"."""
    last = name_words(words).words[-1:]
    return any(0 < weight_of(word) < 1 and not _STREET_WORD.match(word) for word in last)
