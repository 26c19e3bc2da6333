"""The app `sources`: sources, their runs, and what they bring."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"

    def ready(self) -> None:
        """Connect the receivers, and tell the live feed how to find the city of a run."""
        from places import staff_topics
        from sources import receivers  # noqa: F401 - connecting is what it is imported for
        from sources.queries.run_city import city_of_run

        staff_topics.register("run:", city_of_run)
