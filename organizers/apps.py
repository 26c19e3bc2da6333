"""The app `organizers`."""

from django.apps import AppConfig


class OrganizersConfig(AppConfig):
    name = "organizers"

    def ready(self) -> None:
        """Connect the receivers, and say what is kept about people."""
        from accounts.privacy.registry import register
        from organizers import receivers  # noqa: F401 - connecting is what it is imported for
        from organizers.privacy import PART

        register(PART)
