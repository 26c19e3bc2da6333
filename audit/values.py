"""The form in which values are stored: our own words stay, texts become a keyed hash and a length."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings

from audit.records import Subject, Word

#: Longer lists are stored as their length and the hash of their members.
MOST_MEMBERS: Final = 50
#: Objects are stored to this depth; below it as a hash.
DEEPEST: Final = 4
_LONGEST_WORD: Final = 200
_WHOLE: Final = 1 << 53


def installation_key(purpose: str) -> bytes:
    """A key of this installation, for one purpose, from LOOKUP_KEY, which is never rotated."""
    return _derived(settings.LOOKUP_KEY, purpose)


def as_json(values: Mapping[str, Any] | None, *, key: bytes, refer: Callable[[Subject], str]) -> str:
    """`values` as JSON of one line: keys sorted, no white space, no free text.

    Numbers, booleans, ids, times and words of our own stay. A text becomes the hash by `key` and its length.
    `refer` gives the reference to a person.
    """
    return _dumps({str(name): _stored(value, key, refer, DEEPEST) for name, value in (values or {}).items()})


def text_hash(text: str, key: bytes) -> str:
    """32 hex digits of HMAC-SHA-256 over a text."""
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def digest(keys: Iterable[Any]) -> dict[str, Any]:
    """How many rows a batch has, and the SHA-256 of their keys, sorted, a line each: what binds the batch."""
    lines = sorted(map(str, keys))
    return {"count": len(lines), "rows": Word(hashlib.sha256("\n".join(lines).encode()).hexdigest())}


def text_of(value: Any) -> str:
    """A stored value for people."""
    if isinstance(value, dict) and value.keys() == {"hash", "length"}:
        return f"a text of {value['length']} characters (hash {value['hash']})"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    return value if isinstance(value, str) else _dumps(value)


def _stored(value: Any, key: bytes, refer: Callable[[Subject], str], depth: int) -> Any:
    if isinstance(value, Enum):
        value = Word(value.value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Subject):
        return refer(value)
    if isinstance(value, Word):
        return _word(value)
    if isinstance(value, int | float | Decimal | UUID | date):
        return _number_or_word(value)
    if depth > 0 and isinstance(value, Mapping):
        return {_word(str(name)): _stored(one, key, refer, depth - 1) for name, one in value.items()}
    if depth > 0 and isinstance(value, list | tuple | set | frozenset) and len(value) <= MOST_MEMBERS:
        members = [_stored(one, key, refer, depth - 1) for one in value]
        return sorted(members, key=_dumps) if isinstance(value, set | frozenset) else members
    text = value if isinstance(value, str) else _plain(value)
    is_counted = isinstance(value, str | list | tuple | set | frozenset | Mapping)
    return {"hash": text_hash(text, key), "length": len(value if is_counted else text)}


def _number_or_word(value: Any) -> Any:
    if isinstance(value, int):
        return value if abs(value) <= _WHOLE else _word(str(value))
    return _word(value.isoformat() if isinstance(value, date | datetime) else str(value))


def _word(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_LONGEST_WORD])


def _plain(value: Any) -> str:
    return orjson.dumps(
        sorted(map(str, value)) if isinstance(value, set | frozenset) else value,
        default=str,
        option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
    ).decode()


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


@cache
def _derived(key: str, purpose: str) -> bytes:
    return hmac.new(key.encode(), f"nocturne audit {purpose}".encode(), hashlib.sha256).digest()
