"""The app `sources`: sources, their runs, and what they bring."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"

    def ready(self) -> None:
        """Connect the receivers, tell the live feed how to find the city of a run, and register what is kept and
        how moderators see what was fetched."""
        from django.conf import settings

        from accounts.privacy.registry import register
        from flags.connectors import register_kinds
        from moderation.desk import snippets
        from pipeline.connectors.registry import names
        from places import staff_topics
        from sources import receivers  # noqa: F401 - connecting is what it is imported for
        from sources.privacy import PART
        from sources.queries.run_city import city_of_run
        from sources.queries.snippets import find_snippets

        staff_topics.register("run:", city_of_run)
        snippets.register(find_snippets)
        register_kinds(name for name in names() if name != "submission")  # that has a flag of its own
        register(PART)
        if settings.DEDUP_THRESHOLD is not None:
            from pipeline.matching.score import merge_from  # numpy comes with it

            merge_from(settings.DEDUP_THRESHOLD)
