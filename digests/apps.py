"""The app `digests`: subscriptions and mail."""

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"

    def ready(self) -> None:
        """Connect the receivers, and say that subscriptions are about people."""
        from audit.records import register_personal
        from digests import receivers  # noqa: F401 - connecting is what it is imported for

        register_personal("digests.subscription")
