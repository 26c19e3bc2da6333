"""Reads flags, and guards views with them."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from types import MappingProxyType
from typing import Any, Final

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from redis.exceptions import RedisError

from flags.connectors import known_kinds
from flags.models import FEATURES, OF_CONNECTOR, Flag, FlagSwitch

#: Under which key of Valkey the switches are kept, and for how long; a page asks for several, a process reads them once a second.
KEPT: Final = "flags:2"
KEPT_SECONDS: Final = 9
READ_SECONDS: Final = 1
_ON: Final = {"1", "true", "yes", "on"}
_OFF: Final = {"0", "false", "no", "off"}
_SCRAPING: Final = "ENABLE_WEB_SCRAPING"
#: Shares are counted in so many parts.
_PARTS: Final = 10_000

Switches = Mapping[str, tuple[bool, int]]


def is_on(flag: Flag, *, key: object = "") -> bool:
    """Whether `flag` is on, for the person, device or visitor behind `key` where it is on for a percentage.

    The same key always gets the same answer, and keeps the feature when the percentage grows. Without a key a feature that is on for
    some is on as a whole: tasks, and what is the same for everybody. The environment decides where it is set (`on`, `off`, `25%`),
    then the admin's switch (seen within 10 s), then the default.
    """
    feature = FEATURES[flag]
    return feature.is_built and _is_among(flag.value, _share(flag.value, default=feature.default), key)


def first_off(*flags: Flag) -> Flag | None:
    """The first of the flags that is off as a whole, None where all are on. The switches are read once."""
    switches: Switches | None = None
    for flag in flags:
        feature = FEATURES[flag]
        said = _percent(said_by_environment(flag.value))
        if said is None:
            switches = _switches() if switches is None else switches
            said = _percent_of(switches.get(flag.value), default=feature.default)
        if not (feature.is_built and said):
            return flag
    return None


def is_kind_on(kind: str) -> bool:
    """Whether sources with this kind of connector are shown and asked."""
    return _share(f"{OF_CONNECTOR}{kind}", default=True) > 0


def kinds_off() -> list[str]:
    """The kinds of connectors that are off."""
    return [kind for kind in known_kinds() if not is_kind_on(kind)]


def variable_of(name: str) -> str:
    """The environment's variable of a flag."""
    return f"FLAG_{name.upper()}"


def variables_of(name: str) -> list[str]:
    """All variables that name a flag, the first that is set counts.

    Kinds of connectors have a second one, such as ENABLE_FACEBOOK_EVENTS; that of the scraper is ENABLE_WEB_SCRAPING.
    """
    kind = name.removeprefix(OF_CONNECTOR)
    if kind == name:
        return [variable_of(name)]
    return [variable_of(name), _SCRAPING if kind == "scraper" else f"ENABLE_{kind.upper()}_EVENTS"]


def said_by_environment(name: str) -> str:
    """What the environment says about a flag; '' where it says nothing that can be read."""
    texts = (os.environ.get(variable, "").strip().lower() for variable in variables_of(name))
    return next((text for text in texts if _percent(text) is not None), "")


def unreadable() -> dict[str, str]:
    """The variables of flags whose values are neither on, off nor a percentage, and so say nothing."""
    return {
        name: text
        for name, value in os.environ.items()
        if name.startswith(("FLAG_", "ENABLE_"))
        and (text := value.strip())
        and _percent(text.lower()) is None
    }


def forget() -> None:
    """Drop the cached switches after one of them changed. Without Valkey they expire by themselves."""
    _READ.until = 0.0
    with suppress(RedisError):
        cache.delete(KEPT)


def flag_required(flag: Flag) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view with `flag`: 404 while it is off."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_on(flag):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _share(name: str, *, default: bool) -> int:
    """Percent, 0 where it is off."""
    said = _percent(said_by_environment(name))
    if said is not None:
        return said
    return _percent_of(_switches().get(name), default=default)


def _percent_of(switch: tuple[bool, int] | None, *, default: bool) -> int:
    switched, percent = switch or (default, 100)
    return percent if switched else 0


def _percent(text: str) -> int | None:
    if text in _ON:
        return 100
    if text in _OFF:
        return 0
    number = text.removesuffix("%").strip()
    return (
        int(number)
        if text.endswith("%")
        and number.isascii()
        and number.isdigit()
        and len(number) <= 3
        and int(number) <= 100
        else None
    )


def _is_among(name: str, percent: int, key: object) -> bool:
    if percent in (0, 100) or key == "":
        return percent > 0
    digest = hashlib.sha256(f"{name} {key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _PARTS < percent * _PARTS // 100


class _Read:
    """The switches that this process has read, and until when (monotonic seconds) they count."""

    switches: Switches = MappingProxyType({})
    until = 0.0


_READ = _Read()


def _switches() -> Switches:
    """The switches, from this process, Valkey, or else the database."""
    if _READ.until <= time.monotonic():
        _READ.switches = _kept()
        _READ.until = time.monotonic() + READ_SECONDS
    return _READ.switches


def _kept() -> Switches:
    try:
        switches: Switches | None = cache.get(KEPT)
    except RedisError:
        return _stored()
    if switches is None:
        switches = _stored()
        with suppress(RedisError):
            cache.set(KEPT, switches, KEPT_SECONDS)
    return switches


def _stored() -> Switches:
    return {row.name: (row.is_on, row.percent) for row in FlagSwitch.objects.all()}
