"""Texts that are told in several languages, and in which of them an event is read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pipeline import patterns

#: Texts of one list that are looked at.
_MOST: Final = 100
_LANGUAGE: Final = patterns.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?", longest=7)
#: Languages that publishers write in. Of those that are words of JSON too, one alone is no language.
_LANGUAGES: Final = frozenset({
    "ar", "bg", "bn", "br", "ca", "co", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu",
    "id", "is", "it", "ja", "ko", "lb", "lt", "lv", "mk", "ml", "mr", "nb", "nl", "nn", "no", "oc", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv",
    "ta", "te", "th", "tr", "uk", "ur", "vi", "zh"
})  # fmt: skip
_WORDS_TOO: Final = frozenset({"id", "no", "is", "co"})
#: The keys of a text with its language in a list of them: {"@language": "fr", "@value": …}.
_CODES: Final = frozenset({"lang", "language", "locale"})
_TEXTS: Final = frozenset({"value", "text", "content", "name", "label"})


def is_language(key: Any) -> bool:
    """Whether a key is the code of a language: `fr`, `fr-CA`, `en_US`."""
    return isinstance(key, str) and key[:2] in _LANGUAGES and _LANGUAGE.fullmatch(key) is not None


def by_language(value: Any) -> Mapping[str, Any] | None:
    """`{"fr": …, "en": …}`, also of a list of texts with their languages; None for anything else."""
    if isinstance(value, list) and 0 < len(value) <= _MOST:
        pairs = [_pair(one) for one in value]
        value = dict(filter(None, pairs)) if all(pairs) else None
    if not isinstance(value, Mapping) or not value or not all(map(is_language, value)):
        return None
    return None if len(value) == 1 and not _WORDS_TOO.isdisjoint(value) else value


def local_part(value: Any, languages: Iterable[str]) -> tuple[str, Any]:
    """Of `{"fr": …, "en": …}` the language and the value of the first wanted one that is not empty, else of
    the first there is.

    A value that is no such object has no language: ('', value)."""
    if not isinstance(value, Mapping):
        return "", value
    keys = [str(key) for wanted in languages for key in value if str(key)[:2] == wanted[:2]]
    return next(((key, value[key]) for key in (*keys, *value) if value.get(key)), ("", None))


def in_language(value: Any, languages: Iterable[str]) -> Any:
    """A text that is told in several languages in the first wanted one; any other value as it is."""
    reported = by_language(value)
    return value if reported is None else local_part(reported, languages)[1]


def wanted(language: str) -> tuple[str, ...]:
    """The languages that texts are wanted in, by the language of their source ('' where unknown)."""
    return tuple(dict.fromkeys(filter(None, (language[:2].lower(), "en"))))


def shared(texts: Iterable[Any], languages: Sequence[str]) -> tuple[str, ...]:
    """The wanted languages with those first in which all the texts are told that are told in several, so that a
    title and its description come in one."""
    reported = [
        [key[:2] for key, words in found.items() if words] for text in texts if (found := by_language(text))
    ]
    order = (*(code[:2] for code in languages), *(reported[0] if reported else ()))
    common = [code for code in order if all(code in one for one in reported)] if reported else []
    return tuple(dict.fromkeys((*common, *languages)))


def _pair(one: Any) -> tuple[str, Any] | None:
    """The language and the text of `{"lang": "fr", "value": …}`."""
    if not isinstance(one, Mapping) or len(one) != 2:
        return None
    reported = {str(key).lower().lstrip("@"): value for key, value in one.items()}
    code = next((reported[name] for name in _CODES & reported.keys()), None)
    return (
        (code, next(reported[name] for name in _TEXTS & reported.keys()))
        if code and _TEXTS & reported.keys()
        else None
    )
