"""Performers from a title: "X feat. Y", "X live @ Y", "A, B, C", "Ana Ruiz Trio". An uncertain name is left out."""

from collections.abc import Collection
from itertools import takewhile
from typing import Final

from pipeline import patterns
from pipeline.text.folding import fold_name

#: In these categories only, "w/" and "feat." name performers: a yoga class "w/ Ana" names a teacher, a dinner
#: "w/ wine" a drink.
_STAGES: Final = frozenset({"music", "nightlife", "comedy", "stage", "festival"})
#: In these, a whole title may be the name of those who play: elsewhere "Food, Art, Fun" is no list of names.
_CONCERTS: Final = frozenset({"music", "nightlife", "comedy"})
#: Letters that no name has: what is before or behind them is something else.
_NOT_IN_NAMES: Final = frozenset("()[]|•·@:")
_MAX: Final = 20
#: So many parts between commas make a title a list of acts.
_LISTED_ACTS: Final = 3
_MAX_WORDS: Final = 6
_BEFORE: Final = patterns.compile(
    r"(?:(?<=[\s(\[,/|–-])|^)(?:feat(?:uring|\.)?|ft\.?|w/|with (?:very )?special guests?:?"
    r"|(?:and|plus|\+) (?:very )?special guests?:?|special guests?:?|supported by"
    r"|support(?:s| from| by)?:|mit special guests?:?|con la participaci[oó]n de|invit[ée]s?:|line-?up:|headliners?:)\s*(?P<names>[^()\[\]|•·]{2,200})",
    patterns.IGNORECASE,
    longest=300,
)
_EVENING: Final = patterns.compile(
    r"^(?:an |a very special )?evening with (?P<names>[^()\[\]|:•·–]{2,80})$",
    patterns.IGNORECASE,
    longest=300,
)
#: What follows whoever plays live somewhere: "Ana Ruiz Solo LIVE @ Z", "The Quiet Ones - live in concert".
_LIVE: Final = patterns.compile(
    r"\b(?:live ?(?:@|at\b|from\b|in concert\b)|in concert\b)", patterns.IGNORECASE, longest=300
)
#: A whole title that says by one of its words that it is a name.
_ENSEMBLE: Final = patterns.compile(
    r"^(?:DJs? \S.{0,40}|.{2,50}\s(?:duo|trio|quartet(?:te)?|quintet|sextet|septet|octet|band|big band|ensemble|cuarteto|quinteto))$",
    patterns.IGNORECASE,
    longest=300,
)
#: A line of a description that lists them: "Line-up: A, B".
_LISTED: Final = patterns.compile(
    r"^\W{0,5}(?:line-?up|performers?|artists?|artistes?|artistas?|künstler(?:innen)?)\s?:\s?(?P<names>.{2,300})$",
    patterns.IGNORECASE | patterns.MULTILINE,
    longest=10_000,
)
#: Whoever a title names in brackets at its end performs where the text says that it is with them.
_BRACKETED: Final = patterns.compile(r"[^()]\((?P<name>[^()]{4,60})\)\s*+$", longest=300)
_END: Final = patterns.compile(
    r"(?:\s*@|\s+(?:at the|at|live at|in concert|presented by|hosted by"
    r"|on (?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|w/|feat\.?|ft\.?|-|–|—)\s).*$",
    patterns.IGNORECASE,
    longest=300,
)
_LEAD: Final = patterns.compile(r"^\s*(?:very )?special guests?:?\s+", patterns.IGNORECASE, longest=300)
_LIST: Final = patterns.compile(r"\s*[,;/+]\s*|\s+(?:b2b|vs\.?|x)\s+", patterns.IGNORECASE, longest=300)
_LAST: Final = patterns.compile(r"^(?:and|&|und|et|y|plus)\s+", patterns.IGNORECASE, longest=300)
_LAST_OF_LIST: Final = patterns.compile(r"\s+(?:and|&|und|et|y|plus)\s+", patterns.IGNORECASE, longest=300)
_TAIL: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?+(?:\b(?:live|dj[- ]set|band|and (?:many )?more|& (?:many )?more|and friends|& friends|and others|and guests?|& guests?)\b|[!.…])*+\s*+$",
    patterns.IGNORECASE,
    longest=300,
)
_GENERIC: Final = patterns.compile(
    r"^(?:the |a |an |our |your |very |many |live )*(?:special |surprise |musical |local |secret |guest )*(?:guests?|friends|dj|djs|band"
    r"|live (?:band|music|bands|dj)"
    r"|live (?:piano|jazz|drumming|visuals|performances?)"
    r"|more|tba|tbd|tbc|others|artists?"
    r"|music|comedians?|performers?|performances?|family|host|hosts|headliner|support|food|drinks?|dinner|brunch|dancing"
    r"|games|tickets?|orchestra|choir|karaoke|open mic|comedy|guest speakers?|all (?:our|the) .*)$",
    patterns.IGNORECASE,
    longest=300,
)
#: Words for what happens, and not for who performs: "Karaoke live at Z", "Brunch, Beats, Bingo".
_OCCASION: Final = patterns.compile(
    r"\b(?:afternoons?|anniversary|arts?|bash|beers?|bingo|bottles?|brunch|burlesque|campfire|carnival"
    r"|celebration|championship|comedy|concerts?|concierto|cruise|dance|dancing|dinner|drag|drinks?|edition"
    r"|evenings?|experience|fair|festival|fest|film|food|games?|gala|happy hour|hosted|jams?|karaoke|launch"
    r"|lessons?|lounge|market|matinee|mixer|movie|music|musical|nights?|noche|open mic|opera|party|parties"
    r"|picnic|pop-?up|pride|quiz|rave|release|reading|screening|series|session|sessions|show|showcase|slam"
    r"|songs?|summer|sundays?|fridays?|saturdays?|thursdays?|mondays?|tuesdays?|wednesdays?|tasting|tour"
    r"|tribute|trivia|vol\.?|watch|weekend|wine|workshop|yoga)\b",
    patterns.IGNORECASE,
    longest=100,
)
_SMALL_WORDS: Final = frozenset(
    "of the and & de von van der den la le el los las da di du y e a an in on for to n' 'n' und et del das dos".split()  # noqa: SIM905
)


_WITH: Final = ("with", "by", "mit", "von", "avec", "par", "con", "por")


def performers_of(title: str, category: str, others: Collection[str], text: str = "") -> tuple[str, ...]:
    """The names that the title certainly gives as performers, without those in `others` (venue, organizer).

    `text` are the lines of the description. It may confirm a name in brackets ("Masterclass (Ana Ruiz)", "with Ana
    Ruiz"), or list them ("Line-up: A, B").
    """
    evening, last = _EVENING.match(title), _BRACKETED.search(title)
    found = [] if evening or category not in _STAGES else _BEFORE.finditer(title)
    names = (
        [name for name in [evening["names"].strip()] if is_a_name(name)]
        if evening
        else [name for one in found for name in _names_in(one["names"])]
    )
    if category in _CONCERTS and not evening:
        names = [*_acts(title), *names]
    if last and is_a_name(last["name"]) and any(f"{word} {last['name']}" in text for word in _WITH):
        names.append(last["name"])
    if not names and (line := _LISTED.search(text)):
        names = _names_in(line["names"])
    kept: dict[str, str] = {}
    for name in names[:_MAX]:
        if not is_one_of(name, others):
            kept.setdefault(fold_name(name), name)
    return tuple(kept.values())


def _acts(title: str) -> list[str]:
    """The acts that a whole title names.

    They play live somewhere, are listed (three or more, or two "and more"), or are called a band.
    """
    live = _LIVE.search(title)
    if live:
        before = title[: live.start()].rstrip(" –—-").rpartition(": ")[2]
        head, with_, also = before.partition(" with ")
        acts = [head.strip(), *(_names_in(also) if with_ else ())]
        return acts if all(map(_is_an_act, acts)) else []
    title = title.strip()
    parts = [part.strip() for part in title.split(",")]
    if len(parts) >= _LISTED_ACTS:
        listed = [name for name in (*parts[:-1], _TAIL.sub("", parts[-1])) if name]
        return listed if _are_acts(listed) else []
    return [title] if _ENSEMBLE.match(title) and _is_an_act(title) else []


def _are_acts(listed: list[str]) -> bool:
    """Whether a list names acts: not a phrase ("Fire, Flora, and Flow") or a pun ("So Bright, So Tight, So Early")."""
    if len(listed) < 2:
        return False
    words = [set(fold_name(name).split()) for name in listed]
    is_phrase = any(map(_LAST.match, listed)) or bool(set.intersection(*words))
    return not is_phrase and all(map(_is_an_act, listed))


def _is_an_act(name: str) -> bool:
    return is_a_name(name) and not _OCCASION.search(name) and not set(name) & _NOT_IN_NAMES


def apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a source, divided where it tells several as one text: "DJ Foo, Bar Baz & Qux"."""
    parts = _split(names[0]) if len(names) == 1 else []
    return tuple(parts) if len(parts) > 1 and all(map(is_a_name, parts)) else names


def _names_in(text: str) -> list[str]:
    """The names of a list up to the first part that is not a name.

    A part after a phrase is checked too.
    """
    parts = (_TAIL.sub("", _LEAD.sub("", name)).strip(" \"'“”*:-–") for name in _split(_END.sub("", text)))
    return list(takewhile(is_a_name, parts))


def is_a_name(text: str) -> bool:
    """Whether a text looks like the name of a person or band.

    It has few words, each (except small ones) beginning with a capital or a digit.
    """
    words = text.split()
    if (
        not 0 < len(words) <= _MAX_WORDS
        or not 2 <= len(text) <= 60
        or _GENERIC.match(text)
        or not any(char.isalpha() for char in text)
    ):
        return False
    if any(char.lower() != char.upper() for char in text) and not (
        words[0][0].isupper() or words[0][0].isdigit()
    ):
        return False
    return all(word.lower() in _SMALL_WORDS or not word[0].islower() for word in words)


def is_one_of(name: str, others: Collection[str]) -> bool:
    """Whether the name is one of `others`, whatever the case or a leading 'The'."""
    return fold_name(name).removeprefix("the ") in {
        fold_name(other).removeprefix("the ") for other in others if other
    }


def _split(text: str) -> list[str]:
    """A list of names. "A & B" alone stays whole, since it may be a duo; at the end of a list it is split."""
    parts = [part for part in _LIST.split(text) if part.strip()]
    if len(parts) < 2:
        return parts
    last = _LAST.sub("", parts[-1])
    return [*parts[:-1], *([last] if last != parts[-1] else _LAST_OF_LIST.split(parts[-1], maxsplit=1))]
