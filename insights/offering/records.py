"""Records of recommendations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Which parts of a score count (`insights.recommending.scoring.WEIGHTS`)."""

    CONTENT = "content"
    COLLABORATIVE = "collaborative"
    HYBRID = "hybrid"


class Basis(StrEnum):
    """From what a list was made."""

    LOG = "log"
    START = "start"


class Because(StrEnum):
    """Why an event is recommended, the most particular first."""

    PEOPLE = "people"
    VENUE = "venue"
    PERFORMER = "performer"
    CATEGORY = "category"
    STATED = "stated"
    LIKE = "like"
    TREND = "trend"
    SMALL = "small"
    NEAR = "near"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """`name` is what the reason is about: a venue, a performer, a category's slug, or the title of an event that the reader knows.

    `count` is how many things of it the reader did; of `PEOPLE` how many people, never fewer than 10.
    """

    because: Because
    name: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendations:
    """The ids of events, the best first, with a reason for each, and from what the list was made."""

    ids: Sequence[UUID]
    reasons: Mapping[UUID, Reason]
    basis: Basis
