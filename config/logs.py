"""Structured logs: JSON in production, readable at home; one request id throughout, secrets and addresses masked."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from accounts.secrets import redact
from pipeline import patterns

_SECRET_NAMES = patterns.compile(r"(?i)(passw|secret|token|authorization|cookie|api_?key|credential|signature|dsn)")
_SECRET_IN_TEXT = patterns.compile(r"(?i)\b((?:access_)?token|api_?key|key|secret|password|signature|client_secret|sig)=([^&\s\"']+)")
_URL_USERINFO = patterns.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@]+@")
_BEARER = patterns.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_ADDRESS = patterns.compile(r"\b([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,}|localhost)\b")


def mask_text(text: str) -> str:
    """`text` without secrets and with mail addresses reduced to their first letter: `a…@example.org`."""
    text = redact(text)
    text = _URL_USERINFO.sub(r"\1…@", text)
    text = _SECRET_IN_TEXT.sub(r"\1=…", text)
    text = _BEARER.sub(r"\1 …", text)
    return _ADDRESS.sub(r"\1…@\2", text)


def _mask_value(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name) and value not in (None, "", False, True):
        return "…"
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: _mask_value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_value(name, item) for item in value]
    return value


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: no secret and no whole mail address leaves the process in a log line."""
    for name, value in list(event.items()):
        event[name] = _mask_value(name, value)
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask,
    ]


def configure(*, level: str, fmt: str, cache: bool = True) -> dict[str, Any]:
    """Set structlog up and give Django's LOGGING. `fmt` is `json` or `console`; without `cache` tests can listen to loggers that were used before."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=cache,
    )
    renderer = structlog.processors.JSONRenderer() if fmt == "json" else structlog.dev.ConsoleRenderer(colors=False)
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
