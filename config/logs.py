"""Structured logs: JSON in production, readable text in local mode.

Each line has the request id, masks secrets and personal addresses, and is bounded.
"""

from collections.abc import Collection, Mapping, MutableMapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog

from accounts.secrets import redact, redact_start
from pipeline import tracing
from pipeline.masking import MASK, hide_people, hide_secrets, is_secret_name, without_last_word

#: How many characters of one text are logged; the rest is cut before masking. A traceback also keeps its end,
#: which contains the error.
LONGEST: Final = 16_000
LONGEST_END: Final = 4_000
LONGEST_KEY: Final = 200
#: How deep a line's values are nested, and how many there are; the rest is `…`.
DEEPEST: Final = 6
MOST: Final = 2_000

_PLAIN = (bool, int, float, type(None), UUID, date, time, timedelta, Decimal)
#: Bits of an integer; Python refuses to format much longer ones.
_LONGEST_NUMBER: Final = 1_024
_PEOPLE: Final = frozenset(
    {
        "ip",
        "ip_address",
        "remote_addr",
        "client_ip",
        "x-forwarded-for",
        "x_forwarded_for",
        "x-real-ip",
        "forwarded",
    }
)
#: Keys that structlog passes beside the event.
_NOT_SHOWN: Final = frozenset({"_record", "_from_structlog", "exc_info"})


def mask_text(text: str) -> str:
    """`text` without secrets.

    It is cut first. Mail addresses are reduced to their first letter (`a…@example.org`) and visitors'
    addresses to their network.
    """
    if len(text) <= LONGEST + LONGEST_END:
        return _masked(redact(text))
    start = _masked(without_last_word(redact_start(text, LONGEST)))
    end = _masked(redact(text[-2 * LONGEST_END :])[-LONGEST_END:].partition(" ")[2])
    return f"{start} {MASK} ({len(text)} characters) {MASK} {end}"


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: mask secrets and personal addresses."""
    kept = {name: event.pop(name) for name in _NOT_SHOWN if name in event}
    masked = mask_mapping(event)
    event.clear()
    event.update(masked)
    event.update(kept)
    return event


def mask_mapping(mapping: Mapping[Any, Any], *, most: int = MOST, deepest: int = DEEPEST) -> dict[str, Any]:
    """A copy of any mapping with plain masked keys and values.

    It is at most `deepest` deep and has at most `most` values in all.
    """
    return _Masker(most, deepest).mapping(mapping, 0)


class _Masker:
    """Masks the values of one line, and counts them."""

    def __init__(self, most: int, deepest: int) -> None:
        self._left, self._deepest = most, deepest

    def mapping(self, mapping: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        masked: dict[str, Any] = {}
        said = _name_in(mapping.get("name") or mapping.get("key"))
        for key, value in mapping.items():
            if self._left <= 0:
                masked[MASK] = MASK
                break
            name = key if isinstance(key, str) else repr(key)
            masked[mask_text(name[:LONGEST_KEY])] = self._value(
                said if key == "value" and said else name, value, depth
            )
        return masked

    def _value(self, name: str, value: Any, depth: int) -> Any:
        self._left -= 1
        if is_secret_name(name) and value not in (None, "", False, True):
            return MASK
        if isinstance(value, _PLAIN):
            return MASK if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER else value
        if isinstance(value, str):
            return (
                MASK
                if value and name.lower() in _PEOPLE and hide_people(value) == value
                else mask_text(value)
            )
        if depth >= self._deepest:
            return MASK
        if isinstance(value, Mapping):
            return self.mapping(value, depth + 1)
        if isinstance(value, list | tuple | set | frozenset):
            return self._items(name, value, depth + 1)
        return mask_text(_words(value))

    def _items(self, name: str, items: Collection[Any], depth: int) -> list[Any]:
        masked: list[Any] = []
        for item in items:
            if self._left <= 0:
                return [*masked, MASK]
            masked.append(self._value(name, item, depth))
            if len(items) == 2 and len(masked) == 1:  # a header, as servers store them
                name = _name_in(item) or name
        return masked


def _name_in(value: Any) -> str:
    """The name of a secret, if the value is one; else ''."""
    name = value[:LONGEST_KEY].decode("latin1") if isinstance(value, bytes) else value
    return name if isinstance(name, str) and is_secret_name(name) else ""


def _words(value: Any) -> str:
    """The log text of an object of another type: bytes as text, anything else by its repr."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[: LONGEST * 2]).decode("utf-8", "replace")
    try:
        return str(value) if isinstance(value, BaseException) else repr(value)
    except Exception:  # logging must never fail
        return f"<{type(value).__name__}>"


def _masked(text: str) -> str:
    return hide_people(hide_secrets(text))


def name_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: add the id of the trace under way, where there are traces."""
    if found := tracing.trace_id():
        event.setdefault("trace_id", found)
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        name_trace,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask,
    ]


def configure(*, level: str, fmt: str, cache: bool = True) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING.

    `fmt` is `json` or `console`. Without `cache`, tests can capture loggers that were used before.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=cache,
    )
    renderer = (
        structlog.processors.JSONRenderer() if fmt == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "nocturne": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": _shared(),
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "nocturne"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "daphne": {"handlers": [], "level": "WARNING", "propagate": True},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "celery.utils.functional": {"level": "WARNING"},
        },
    }
