"""The app `digests`: subscriptions and mail."""

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"

    def ready(self) -> None:
        """Connect the receivers, and say that subscriptions are about people and what is kept about them."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from digests import receivers  # noqa: F401 - connecting is what it is imported for
        from digests.privacy import PART

        register_personal("digests.subscription")
        register(PART)
