"""Errors of subscriptions."""


class DigestError(Exception):
    """Base of all. `detail` is one clear line for the reader."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnknownToken(DigestError):
    """No subscription has this token."""


class TooManyRequests(DigestError):
    """The same address or the same sender asked too often."""
