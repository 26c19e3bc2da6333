"""What passes between pages, API and services of registrations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registrations.enums import CheckInOutcome, MessageAudience


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Somebody wants to come. `answers` are by the id of the question; `language` is that of the mails."""

    name: str
    address: str
    guests: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How people register: `capacity` in seats, None for no bound; `questions` as {"id", "label", "required"}."""

    is_open: bool = True
    capacity: int | None = None
    most_guests: int = 0
    has_waitlist: bool = True
    closes_at: datetime | None = None
    questions: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a team writes to those who come: `text` of several lines."""

    audience: MessageAudience
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The seats of an event: `free` is None where there is no bound. `waiting` counts registrations, not seats."""

    capacity: int | None
    held: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.held)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Registrations of an event by their state now. `seats` are those that are held, guests included."""

    registered: int
    offered: int
    waiting: int
    cancelled: int
    expired: int
    seats: int

    @property
    def any(self) -> bool:
        return bool(self.registered or self.offered or self.waiting or self.cancelled or self.expired)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedIn:
    """What came of one scanned code. `at` is when the person came in, as it was known before this scan: a phone sees whether that was its own."""

    code: str
    outcome: CheckInOutcome
    name: str = ""
    seats: int = 0
    at: datetime | None = None
