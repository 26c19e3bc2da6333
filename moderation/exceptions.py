"""Errors of verdicts."""


class ModerationError(Exception):
    """Base class. `detail` is one clear line for the moderator."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Conflict(ModerationError):
    """Somebody else changed or decided the review meanwhile.

    Nothing was done; the moderator must look again.
    """


class ReasonMissing(ModerationError):
    """A rejection needs a reason."""
