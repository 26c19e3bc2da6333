"""What may not be done to an event."""


class EventError(Exception):
    """Base of all. `detail` is one clear line."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ForbiddenMove(EventError):
    """The state machine has no such move."""


class MergeRefused(EventError):
    """The two events cannot become one."""
