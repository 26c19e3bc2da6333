"""Errors of registrations."""


class RegistrationError(Exception):
    """Base class. `detail` is one clear line."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class RegistrationRefused(RegistrationError):
    """It is not possible in the present state: `detail` says why, and what to do."""


class AlreadyRegistered(RegistrationError):
    """The address has a registration of this event; its link is mailed again."""
