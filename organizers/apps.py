"""The app `organizers`."""

from django.apps import AppConfig


class OrganizersConfig(AppConfig):
    name = "organizers"

    def ready(self) -> None:
        """Say what is kept about people."""
        from accounts.privacy.registry import register
        from organizers.privacy import PART

        register(PART)
