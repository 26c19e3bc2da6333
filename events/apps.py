"""The app `events`: events, their pages, feeds and API."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        """Connect the receivers, and register what is kept about people."""
        from accounts.privacy.registry import register
        from events import receivers  # noqa: F401 - connecting is what it is imported for
        from events.privacy import PART

        register(PART)
