"""The app `sources`: everything that enters."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"

    def ready(self) -> None:
        """Hear of verdicts."""
        from sources import receivers  # noqa: F401 - connecting is what it is imported for
