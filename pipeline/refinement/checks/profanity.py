"""Finds profanity by language and whole words.

Scunthorpe, Cockfosters, Arsenal and the Danish "slut" (the end) stay clean. The lists
(`pipeline/artefacts/profanity.json`, our own) contain insults, slurs and obscenities, no mild words. Stems
serve languages with many inflections. A word that is harmless in another language counts only where the
language is known. Chinese, Japanese, Thai and Korean do not separate words by spaces, so their lists contain
entries long enough to be searched anywhere, and the longer words in which these are harmless.
"""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from pipeline import patterns
from pipeline.refinement.checks.disguise import joined_letters, readings, visible
from pipeline.siblings import SIBLINGS
from pipeline.text.words import folded, may_link, plain

PATH: Final = Path(__file__).parents[2] / "artefacts" / "profanity.json"
_MOST: Final = 5_000
#: Only so many characters of a word are read, since readings are cached; listed words are far shorter.
_LONGEST_WORD: Final = 200
#: A word with the vowel signs of Indic and Thai scripts, and the signs that stand for letters within it.
_TOKEN: Final = patterns.compile(r"[\w\u0900-\u0dff\u0e00-\u0eff*@$!|€£+]+", longest=2 * _MOST)
_LINK: Final = patterns.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]{1,190}", longest=2 * _MOST
)
#: Codes of languages that belong to another one, or have another name.
_SAME: Final = {"nb": "no", "nn": "no", "tl": "fil", "iw": "he", "in": "id", "hr": "sr", "mr": "hi"}


@dataclass(frozen=True, slots=True)
class _Lists:
    words: dict[str, frozenset[str]]
    stems: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[str, ...]]
    substrings: patterns.Pattern[str]
    harmless_in: dict[str, frozenset[str]]
    harmless_phrases: tuple[str, ...]
    harmless_substrings: patterns.Pattern[str]
    #: Languages in other scripts than Latin: their words occur in no other list, so they are always checked.
    other_scripts: frozenset[str]


def strong_words(text: str, language: str = "") -> list[str]:
    """The profane words in `text`, folded, each once, in order.

    English ones, those of the event's language ('' where unknown), and those of every other script.
    """
    return list(_strong_words(text[:_MOST], language))


@lru_cache(maxsize=SIBLINGS)
def _strong_words(text: str, language: str) -> tuple[str, ...]:
    lists = _lists()
    code = language.lower().partition("-")[0]
    code = _SAME.get(code, code)
    text = visible(plain(text))[: 2 * _MOST]
    text = folded(_LINK.sub(" ", text) if may_link(text) else text)
    asked_for = code if code in lists.words else ""
    asked = _asked(asked_for, text.isascii())
    joined = f" {' '.join(_TOKEN.findall(text)).replace('_', ' ')} "
    for phrase in lists.harmless_phrases:
        joined = joined.replace(f" {phrase} ", " ")
    found: dict[str, None] = {}
    for token in dict.fromkeys([*joined.split(), *joined_letters(text)]):
        known = _listed(token[:_LONGEST_WORD], asked_for, text.isascii(), code)
        if known:
            found[known] = None
    found.update(dict.fromkeys(asked.phrases.findall(joined)))
    if not text.isascii():
        found.update(dict.fromkeys(lists.substrings.findall(lists.harmless_substrings.sub(" ", text))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The lists of several languages as one, so that an ordinary word costs one lookup.

    `names` are the languages; the first one with the word counts.
    """

    names: tuple[str, ...]
    words: frozenset[str]
    stems: tuple[str, ...]
    phrases: patterns.Pattern[str]


@cache
def _asked(language: str, is_ascii: bool) -> _Asked:
    lists = _lists()
    names = tuple(
        dict.fromkeys(
            ("en", *([language] if language else []), *(() if is_ascii else sorted(lists.other_scripts)))
        )
    )
    phrases = sorted(
        {phrase for name in names for phrase in lists.phrases[name]},
        key=lambda phrase: (-len(phrase), phrase),
    )
    return _Asked(
        names=names,
        words=frozenset().union(*(lists.words[name] for name in names)),
        stems=tuple(stem for name in names for stem in lists.stems[name]),
        phrases=patterns.compile(rf"(?<= )(?:{'|'.join(map(patterns.escape, phrases))})(?= )"),
    )


@lru_cache(maxsize=20_000)
def _listed(token: str, asked_for: str, is_ascii: bool, language: str) -> str:
    """The listed word that `token` stands for, or ''. Cached, since most words recur."""
    lists, asked = _lists(), _asked(asked_for, is_ascii)
    if "*" in token.strip("*") and len(token) >= 4:
        token = token.strip("*!")
        return token if _starred(token, asked.words) else ""
    for reading in readings(token.strip("*!|+")):
        if reading in asked.words or reading.startswith(asked.stems):
            for name in asked.names:
                known = reading in lists.words[name] or reading.startswith(lists.stems[name])
                if known and not _is_harmless(reading, name, language, lists):
                    return reading
    return ""


def _is_harmless(word: str, listed_in: str, language: str, lists: _Lists) -> bool:
    """Whether an English word is harmless in the language, or may be where the language is unknown."""
    elsewhere = lists.harmless_in.get(word, frozenset())
    return (
        listed_in == "en" and bool(elsewhere) and language != "en" and (not language or language in elsewhere)
    )


def _starred(token: str, words: frozenset[str]) -> bool:
    """Whether an asterisk replaces one letter, as in "f*ck" and "sh*t".

    The first and the last letter must be there.
    """
    if sum(letter != "*" for letter in token) < 2:
        return False
    return any(
        len(word) == len(token) and all(a in ("*", b) for a, b in zip(token, word, strict=True))
        for word in words
    )


@cache
def _lists() -> _Lists:
    data = json.loads(PATH.read_text(encoding="utf-8"))
    words = {code: [folded(word) for word in listed] for code, listed in data["words"].items()}
    sought = sorted(
        {folded(part) for parts in data["substrings"].values() for part in parts},
        key=lambda part: (-len(part), part),
    )
    return _Lists(
        words={code: frozenset(word for word in listed if " " not in word) for code, listed in words.items()},
        stems={code: tuple(folded(stem) for stem in data["stems"].get(code, ())) for code in words},
        phrases={code: tuple(word for word in listed if " " in word) for code, listed in words.items()},
        substrings=patterns.compile("|".join(map(patterns.escape, sought))),
        harmless_in={word: frozenset(codes) for word, codes in data["harmless_in"].items()},
        harmless_phrases=tuple(data["harmless_phrases"]),
        harmless_substrings=patterns.compile(
            "|".join(map(patterns.escape, map(folded, data["harmless_substrings"])))
        ),
        other_scripts=frozenset(
            code for code, listed in words.items() if not any("a" <= word[0] <= "z" for word in listed)
        ),
    )
