"""Reads flags, and guards views with them."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from redis.exceptions import RedisError

from flags.models import DEFAULTS, Flag, FlagSwitch

_CACHE_KEY = "flags"
_CACHE_SECONDS = 10


def is_on(flag: Flag) -> bool:
    """Whether `flag` is on.

    The environment decides where it is set, then the admin's switch (seen within 10 s), then the default.
    """
    variable = os.environ.get(f"FLAG_{flag.value.upper()}")
    if variable:
        return variable.strip().lower() in {"1", "true", "yes", "on"}
    return _switches().get(flag.value, DEFAULTS[flag])


def forget() -> None:
    """Drop the cached switches after one of them changed. Without Valkey they expire by themselves."""
    with suppress(RedisError):
        cache.delete(_CACHE_KEY)


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


def _switches() -> dict[str, bool]:
    """The switches, from Valkey or else from the database."""
    try:
        switches: dict[str, bool] | None = cache.get(_CACHE_KEY)
    except RedisError:
        return _stored()
    if switches is None:
        switches = _stored()
        with suppress(RedisError):
            cache.set(_CACHE_KEY, switches, _CACHE_SECONDS)
    return switches


def _stored() -> dict[str, bool]:
    return dict(FlagSwitch.objects.values_list("name", "is_on"))
