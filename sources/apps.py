"""The app `sources`: sources, their runs, and what they bring."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"

    def ready(self) -> None:
        """Connect the receivers."""
        from sources import receivers  # noqa: F401 - connecting is what it is imported for
