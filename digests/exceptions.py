"""Errors of subscriptions."""


class DigestError(Exception):
    """Base class. `detail` is one clear line for the reader."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnknownToken(DigestError):
    """No subscription has this token."""


class UnknownTarget(DigestError):
    """There is nothing of that name to subscribe to. `field` is the parameter that named it."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class TooManyRequests(DigestError):
    """Too many requests of the same address or the same sender."""
