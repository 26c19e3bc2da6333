"""One rendering for many requests.

After a change, everybody with the page open requests the same card or page within moments
(`static/js/live.js`). Such a client sends the header `Live-After: EPOCH-OFFSET` with the last change that it
got. A response rendered with the outbox at that number, or later, contains the change; so it is rendered once
in each process, while the other requests wait, and cached for a few seconds. A request without the header, or
with a session or a message of its own, gets its own rendering, which is never shared.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from outbox.queries import position

HEADER: Final = "Live-After"
#: Pages also change without an event: by the time, and by what runs now.
SECONDS: Final = 10.0
#: Bytes of all cached responses in a process, and of one.
MOST_BYTES: Final = 8_000_000
LARGEST: Final = 1_000_000
_KEPT_STATUS: Final = frozenset({200, 204, 410})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """A response rendered at `moment` (monotonic clock), after the outbox was read at `number` of `epoch`."""

    epoch: str
    number: int
    moment: float
    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, status=self.status, headers=dict(self.headers))


class RenderingCache:
    """The newest responses by address, at most MOST_BYTES of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Rendering] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: str, *, epoch: str, number: int, now: float) -> Rendering | None:
        """A response with all changes up to `number` that is not too old at `now`."""
        with self._lock:
            held = self._kept.get(key)
        fits = (
            held is not None and held.epoch == epoch and held.number >= number and now - held.moment < SECONDS
        )
        return held if fits else None

    def keep(self, key: str, answer: Rendering) -> None:
        """Replace the response for `key`; drop the oldest beyond the limit."""
        if len(answer.content) > LARGEST:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = answer
            self._bytes += len(answer.content) + len(key)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Drop all responses."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: str) -> None:
        held = self._kept.pop(key, None)
        if held is not None:
            self._bytes -= len(held.content) + len(key)


RENDERINGS: Final = RenderingCache()
#: Of identical requests, one renders. Two addresses may share a lock, which delays one of them a moment.
_LOCKS: Final = tuple(Lock() for _ in range(64))


def share_rendering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Cache a view whose response depends only on address, database and time, unless the request is personal."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mark = _mark(request)
        if mark is None:
            return view(request, *args, **kwargs)
        key = f"{request.get_host()} {request.get_full_path()}"
        with _LOCKS[hash(key) % len(_LOCKS)]:
            found = RENDERINGS.find(key, epoch=mark[0], number=mark[1], now=monotonic())
            if found is not None:
                return found.response()
            moment, here = (
                monotonic(),
                position(),
            )  # read before the rendering: a later commit may be missing in it
            response = view(request, *args, **kwargs)
            if response.status_code in _KEPT_STATUS and not response.cookies:
                kept = Rendering(
                    epoch=here.epoch,
                    number=here.number,
                    moment=moment,
                    status=response.status_code,
                    content=response.content,
                    headers=tuple(response.items()),
                )
                RENDERINGS.keep(key, kept)
            return response

    return shared


def _mark(request: HttpRequest) -> tuple[str, int] | None:
    """The last change that the client has, as (epoch, number).

    None without the header, or where the response may be personal.
    """
    epoch, _, number = request.headers.get(HEADER, "").rpartition("-")
    if (
        not epoch
        or not (number.isascii() and number.isdigit() and len(number) < 20)
        or request.method != "GET"
    ):
        return None
    return None if settings.SESSION_COOKIE_NAME in request.COOKIES else (epoch, int(number))
