"""Photos of an event or a venue by readers: asked of the app above that keeps them, and of nobody where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from events.models import Event
from places.models import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """One photo that readers see: what it shows, who is named beside it ('' for nobody), its size in pixels.

    `by_format` has its files by format, the smallest format first, each from narrow to wide (`url`, `width`); `url` is the widest that every browser
    shows, `path` its own page.
    """

    id: UUID
    alt: str
    credit: str
    language: str
    at: datetime
    width: int
    height: int
    by_format: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    url: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gallery:
    """The newest photos; `more` is the page of the first that is not among them, '' where all are. `path`: where to give one."""

    path: str
    shots: tuple[Shot, ...] = ()
    more: str = ""


class Galleries(Protocol):
    """What the app above answers; None where there are no galleries at all."""

    def of_event(self, event: Event) -> Gallery | None:
        """That of an event that readers see and that has begun."""

    def of_place(self, place: Place) -> Gallery | None:
        """That of a venue that stands."""


_asked: Final[list[Galleries]] = []


def use(galleries: Galleries) -> None:
    """Ask this one from now on. Called once, when its app is ready."""
    _asked[:] = [galleries]


def of_event(event: Event) -> Gallery | None:
    """The photos of an event."""
    return _asked[0].of_event(event) if _asked else None


def of_place(place: Place) -> Gallery | None:
    """The photos of a venue."""
    return _asked[0].of_place(place) if _asked else None
