"""Errors of subscriptions."""


class DigestError(Exception):
    """Base class. `detail` is one clear line for the reader."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnknownToken(DigestError):
    """No subscription has this token."""


class TooManyRequests(DigestError):
    """Too many requests of the same address or the same sender."""
