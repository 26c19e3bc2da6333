"""One rendering for many requests: after a change, everybody who has the page open asks for the same card or
page within moments (`static/js/live.js`).

Such a reader says in the header `Live-After: EPOCH-OFFSET` how far it has heard. An answer that was rendered
with the outbox at that number, or beyond, shows the change; so it is rendered once in each process, while the
others wait for it, and kept for a few seconds. Whoever does not say how far it has heard, or comes with a
session or a message of its own, gets a rendering of its own, which nobody else gets.
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
#: What a page says changes by itself too: the clock, and what goes on now.
SECONDS: Final = 10.0
#: Bytes of all answers kept in a process, and of one.
MOST_BYTES: Final = 8_000_000
LARGEST: Final = 1_000_000
_KEPT_STATUS: Final = frozenset({200, 204, 410})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was rendered at `moment` (monotonic clock) by who had read before that the outbox stood at
    `number` of `epoch`."""

    epoch: str
    number: int
    moment: float
    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, status=self.status, headers=dict(self.headers))


class Answers:
    """The newest answers by address, at most MOST_BYTES of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: str, *, epoch: str, number: int, now: float) -> Answer | None:
        """One that shows everything up to `number`, and is not too old at `now`."""
        with self._lock:
            held = self._kept.get(key)
        fits = (
            held is not None and held.epoch == epoch and held.number >= number and now - held.moment < SECONDS
        )
        return held if fits else None

    def keep(self, key: str, answer: Answer) -> None:
        """Instead of what was kept for `key`; the oldest make room."""
        if len(answer.content) > LARGEST:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = answer
            self._bytes += len(answer.content) + len(key)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: str) -> None:
        held = self._kept.pop(key, None)
        if held is not None:
            self._bytes -= len(held.content) + len(key)


ANSWERS: Final = Answers()
#: Of those who ask for the same, one renders. Two addresses may share a lock, which costs one of them a
#: moment.
_LOCKS: Final = tuple(Lock() for _ in range(64))


def for_a_crowd(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answer depends on nothing but the address, the database and the clock, unless the request
    is personal."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mark = _mark(request)
        if mark is None:
            return view(request, *args, **kwargs)
        key = f"{request.get_host()} {request.get_full_path()}"
        with _LOCKS[hash(key) % len(_LOCKS)]:
            found = ANSWERS.find(key, epoch=mark[0], number=mark[1], now=monotonic())
            if found is not None:
                return found.response()
            moment, here = (
                monotonic(),
                position(),
            )  # before the rendering: what commits meanwhile may be missing in it
            response = view(request, *args, **kwargs)
            if response.status_code in _KEPT_STATUS and not response.cookies:
                kept = Answer(
                    epoch=here.epoch,
                    number=here.number,
                    moment=moment,
                    status=response.status_code,
                    content=response.content,
                    headers=tuple(response.items()),
                )
                ANSWERS.keep(key, kept)
            return response

    return shared


def _mark(request: HttpRequest) -> tuple[str, int] | None:
    """Epoch and number that the reader has heard of; None where it does not say so, or where its answer may
    be of its own."""
    epoch, _, number = request.headers.get(HEADER, "").rpartition("-")
    if (
        not epoch
        or not (number.isascii() and number.isdigit() and len(number) < 20)
        or request.method != "GET"
    ):
        return None
    return None if settings.SESSION_COOKIE_NAME in request.COOKIES else (epoch, int(number))
