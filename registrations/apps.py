"""The app `registrations`."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "registrations"

    def ready(self) -> None:
        """Connect the receivers, and say that registrations are about people and what is kept about them."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from registrations import receivers  # noqa: F401 - connecting is what it is imported for
        from registrations.privacy import PART

        register_personal("registrations.registration")
        register(PART)
