"""Why a verdict on a review is refused."""


class ModerationError(Exception):
    """Base of all. `detail` is one clear line for the moderator."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Conflict(ModerationError):
    """Somebody else changed or decided the review meanwhile: nothing was done, look again."""


class ReasonMissing(ModerationError):
    """A rejection needs a reason."""
