"""The app `moderation`: decides what readers see."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        """Connect the receivers."""
        from moderation import receivers  # noqa: F401 - connecting is what it is imported for
