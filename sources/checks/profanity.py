"""Strong words, by language and by whole words: Scunthorpe, Cockfosters, Arsenal and the Danish "slut" (the end) stay clean.

The lists (`sources/artefacts/profanity.json`, our own) hold insults, slurs and obscenities only; mild words are a matter of taste.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sources.categorizer.text import folded, plain

PATH: Final = Path(__file__).parent.parent / "artefacts" / "profanity.json"
_MOST: Final = 5_000
_TOKEN: Final = re.compile(r"[\w\u0900-\u0dff*@$!]+")
_REPEATED: Final = re.compile(r"(.)\1{2,}")
_LINK: Final = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}")
_DISGUISES: Final = str.maketrans({"@": "a", "$": "s", "0": "o", "1": "i", "3": "e"})


@dataclass(frozen=True, slots=True)
class _Lists:
    words: dict[str, frozenset[str]]
    phrases: dict[str, tuple[str, ...]]
    harmless_in: dict[str, frozenset[str]]
    harmless_phrases: tuple[str, ...]


def strong_words(text: str, language: str = "") -> list[str]:
    """The strong words in `text`, folded, each once, in order. English and the event's own language are asked; '' asks English alone."""
    lists = _lists()
    text = folded(_LINK.sub(" ", plain(text[:_MOST])))
    tokens = [_undisguised(token) for token in _TOKEN.findall(text)]
    joined = f" {' '.join(tokens)} "
    for phrase in lists.harmless_phrases:
        joined = joined.replace(f" {phrase} ", " ")
    asked = dict.fromkeys(("en", language or "en"))
    found: dict[str, None] = {}
    for token in joined.split():
        if any(_listed(token, code, language, lists) for code in asked):
            found[token] = None
    for code in asked:
        found.update(dict.fromkeys(phrase for phrase in lists.phrases.get(code, ()) if f" {phrase} " in joined))
    return list(found)


def _listed(token: str, code: str, language: str, lists: _Lists) -> bool:
    words = lists.words.get(code, frozenset())
    if "*" in token.strip("*") and len(token) >= 4:
        return _starred(token.strip("*"), words)
    return token.strip("*!") in words and language not in lists.harmless_in.get(token, frozenset())


def _starred(token: str, words: frozenset[str]) -> bool:
    """ "f*ck" and "sh*t": an asterisk stands for one letter, and the first and the last letter must be there."""
    pattern = re.compile(re.escape(token).replace(r"\*", "."))
    return sum(letter != "*" for letter in token) >= 2 and any(pattern.fullmatch(word) for word in words)


def _undisguised(token: str) -> str:
    """ "sh1t" -> "shit", "fuuuuck" -> "fuck"; numbers and ordinary words stay what they are."""
    token = token.strip("!*") if token.isalnum() or "*" not in token else token.strip("!")
    if not token.isalpha() and not token.isdigit():
        token = token.translate(_DISGUISES).strip("!")
    return _REPEATED.sub(r"\1", token)


@cache
def _lists() -> _Lists:
    data = json.loads(PATH.read_text(encoding="utf-8"))
    return _Lists(
        words={code: frozenset(folded(word) for word in words if " " not in word) for code, words in data["words"].items()},
        phrases={code: tuple(folded(word) for word in words if " " in word) for code, words in data["words"].items()},
        harmless_in={word: frozenset(codes) for word, codes in data["harmless_in"].items()},
        harmless_phrases=tuple(data["harmless_phrases"]),
    )
