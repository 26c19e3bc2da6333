"""How an event or a venue was for those who came: asked of the app above that keeps it, and of nobody where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from events.models import Event
from places.models import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One rating: stars from 1 to 5, words, how it is known that somebody was there, and what its team answered."""

    id: UUID
    stars: int
    text: str
    language: str
    basis: str
    at: datetime
    answer: str = ""
    answer_language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """The average from 1 to 5 of `count` ratings, where there is one; `is_shrunk` toward the mean of the city. `path`: where to rate it."""

    path: str
    average: float = 0.0
    count: int = 0
    is_shrunk: bool = True
    said: tuple[Said, ...] = ()


class Ratings(Protocol):
    """What the app above answers; None where there are no ratings at all."""

    def of_event(self, event: Event) -> Rated | None:
        """Those of an event that readers see."""

    def of_place(self, place: Place) -> Rated | None:
        """Those of a venue that stands."""


_asked: Final[list[Ratings]] = []


def use(ratings: Ratings) -> None:
    """Ask this one from now on. Called once, when its app is ready."""
    _asked[:] = [ratings]


def of_event(event: Event) -> Rated | None:
    """The ratings of an event."""
    return _asked[0].of_event(event) if _asked else None


def of_place(place: Place) -> Rated | None:
    """The ratings of a venue."""
    return _asked[0].of_place(place) if _asked else None


def aggregate(rated: Rated | None) -> Mapping[str, Any]:
    """The property of schema.org for search engines, {} where too few count: ours alone, never a provider's."""
    if rated is None or rated.is_shrunk:
        return {}
    stars = {"ratingValue": round(rated.average, 1), "bestRating": 5, "worstRating": 1}
    return {"aggregateRating": {"@type": "AggregateRating", "ratingCount": rated.count, **stars}}
