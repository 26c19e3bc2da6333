"""Why a change of an event is refused."""


class EventError(Exception):
    """Base of all. `detail` is one clear line."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BadValue(EventError):
    """A value that a person gave may not be stored; `detail` names the field and says what to do."""


class ForbiddenMove(EventError):
    """The state machine has no such move."""


class MergeRefused(EventError):
    """The two events cannot become one."""
