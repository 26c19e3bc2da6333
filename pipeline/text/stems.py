"""Stems of words by Snowball (PyStemmer), the algorithms that PostgreSQL's own dictionaries use.

English is the tongue of the site: an English stem stands for itself. A stem of another language carries the
language ("post" of German "Poster" is `post.de`), since else a question for a poster would find every post.
"""

import threading
from typing import Final

import Stemmer

#: Languages written in Latin letters whose stems a question is tried with, and Snowball's names of them.
LATIN: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
#: The first letter behind a script, and the language by which its words are stemmed; '' means not at all.
_SCRIPTS: Final = (
    ("\u0370", "english"),
    ("\u0400", "greek"),
    ("\u0530", "russian"),
    ("\u0600", ""),
    ("\u0700", "arabic"),
    ("\u0900", ""),
    ("\u0980", "hindi"),
    ("\u0b80", ""),
    ("\u0c00", "tamil"),
)
#: A shorter word has no ending to lose.
_SHORTEST: Final = 3

_own = threading.local()


def stem_in(word: str, language: str) -> str:
    """The stem of a folded word of a text in `language` (a code such as "de", '' where unknown).

    '' for a word that has no stem of its own: an English one that ends nowhere, or of a script without a stemmer.
    """
    if len(word) < _SHORTEST or word.isdigit():
        return ""
    if word[0] < _SCRIPTS[0][0] and language != "en" and language in LATIN:
        return f"{_stemmer(LATIN[language]).stemWord(word)}.{language}"
    stem = _by_script(word)
    return "" if stem == word else stem


def stems_of(word: str) -> tuple[str, ...]:
    """The stems by which a folded word of a question is looked for: in every language that texts are stemmed in."""
    if len(word) < _SHORTEST or word.isdigit():
        return ()
    own = _by_script(word)
    if word[0] >= _SCRIPTS[0][0]:
        return (own,) if own else ()
    return (own, *(stem_in(word, language) for language in LATIN if language != "en"))


def _by_script(word: str) -> str:
    name = next((name for behind, name in _SCRIPTS if word[0] < behind), "")
    return _stemmer(name).stemWord(word) if name else ""


def _stemmer(name: str) -> "Stemmer.Stemmer":
    """This thread's stemmer: one must not be used by two threads at a time."""
    found: Stemmer.Stemmer | None = getattr(_own, name, None)
    if found is None:
        found = Stemmer.Stemmer(name)
        setattr(_own, name, found)
    return found
