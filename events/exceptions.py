"""Errors of changes of events."""

from uuid import UUID


class EventError(Exception):
    """Base class. `detail` is one clear line."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BadValue(EventError):
    """A person's value is invalid. `detail` names the field and the remedy; `field` is its name in forms, where one form has it."""

    def __init__(self, detail: str, *, field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class ChangedMeanwhile(EventError):
    """The event is no longer the version that the person saw, or as an edit left it. Nothing was done."""


class ForbiddenMove(EventError):
    """The state machine does not permit this move."""


class MergeRefused(EventError):
    """The two events cannot be merged."""


class TeamRefused(EventError):
    """A change of a team is refused: `detail` says why, and what to do."""


class OrganizerTaken(EventError):
    """There is an organizer of this name: it is claimed, not made again. `organizer_id` is which."""

    def __init__(self, detail: str, *, organizer_id: UUID) -> None:
        super().__init__(detail)
        self.organizer_id = organizer_id
