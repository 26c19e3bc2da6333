"""The app `digests`: subscriptions and mail."""

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "digests"

    def ready(self) -> None:
        """Connect the receivers."""
        from digests import receivers  # noqa: F401 - connecting is what it is imported for
