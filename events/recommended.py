"""What is learnt of what people do, and what they want less of: asked of the app above that keeps it, and of nobody where there is none.

Who asks has an order of their own, and keeps to it where nobody answers (decision 0131).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from events.models import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenThings:
    """Ids of what a reader is not interested in; of what was merged, those of both."""

    events: frozenset[UUID] = frozenset()
    venues: frozenset[UUID] = frozenset()
    organizers: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.events or self.venues or self.organizers)

    def left_of(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Those that are not hidden."""
        if self.events:
            events = events.exclude(pk__in=self.events)
        if self.venues:
            events = events.filter(Q(place=None) | ~Q(place__in=self.venues))
        if self.organizers:
            events = events.filter(Q(organizer=None) | ~Q(organizer__in=self.organizers))
        return events


NOTHING: Final = HiddenThings()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a person told: slugs of categories, the middle of where they are (latitude, longitude), and the most that they pay."""

    categories: Collection[str] = ()
    centre: tuple[float, float] | None = None
    price_max: Decimal | None = None


class Fit(Protocol):
    """How some events fit one person, by what they did."""

    worth: Mapping[UUID, float]
    """0 to 1 for each event, those apart with which they did something already."""

    def reason(self, event_id: UUID) -> str:
        """Why it is for them, in the active language, by what they did themselves; '' where that says nothing."""


class Recommender(Protocol):
    """What the app above answers; it looks at its own flags."""

    def people_of(self, event_id: UUID) -> Mapping[UUID, int]:
        """Coming events with which the same people did something, and how many people; the more telling first, none of fewer than ten.

        It is the same for everybody.
        """

    def best_of(
        self, person_id: UUID, coming: QuerySet[Event], wishes: Wishes, *, now: datetime, limit: int
    ) -> Mapping[UUID, str]:
        """The events of `coming` that are recommended to a person, the best first, each with its reason in words."""

    def fits(self, wanted: Mapping[UUID, Collection[UUID]], *, now: datetime) -> Mapping[UUID, Fit]:
        """How the wanted events of each person fit them: of those people alone who agreed to be learnt from, and of whom something is known.

        The number of queries depends on neither people nor events. An error leaves the transaction of who asks as it was.
        """

    def hidden_by(self, people: Collection[UUID]) -> Mapping[UUID, HiddenThings]:
        """What these people are not interested in; nobody who hid nothing."""

    def less_path(self, event_id: UUID) -> str:
        """The path to which a reader's browser posts that they are not interested."""


_asked: Final[list[Recommender]] = []


def use(recommender: Recommender) -> None:
    """Ask this one from now on. Called once, when its app is ready."""
    _asked[:] = [recommender]


def people_of(event_id: UUID) -> Mapping[UUID, int]:
    """As `Recommender.people_of`; nothing where nobody answers."""
    return _asked[0].people_of(event_id) if _asked else {}


def best_of(
    person_id: UUID, coming: QuerySet[Event], wishes: Wishes, *, now: datetime, limit: int
) -> Mapping[UUID, str]:
    """As `Recommender.best_of`; nothing where nobody answers."""
    return _asked[0].best_of(person_id, coming, wishes, now=now, limit=limit) if _asked else {}


def fits(wanted: Mapping[UUID, Collection[UUID]], *, now: datetime) -> Mapping[UUID, Fit]:
    """As `Recommender.fits`; nobody where nobody answers."""
    return _asked[0].fits(wanted, now=now) if _asked and wanted else {}


def hidden_by(people: Collection[UUID]) -> Mapping[UUID, HiddenThings]:
    """As `Recommender.hidden_by`; nothing where nobody answers."""
    return _asked[0].hidden_by(people) if _asked and people else {}


def less_path(event_id: UUID) -> str:
    """As `Recommender.less_path`; '' where nobody answers."""
    return _asked[0].less_path(event_id) if _asked else ""
