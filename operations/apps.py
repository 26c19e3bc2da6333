"""The app `operations`: the admin's first page, the components, uptime."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        """Hear of what is out of the usual at sources and accounts, and let the figures count what apps beside them keep."""
        from insights.figures import cohorts
        from operations import receivers  # noqa: F401 - connecting is what it is imported for
        from operations.subscribers import subscribers

        cohorts.register("subscribers", subscribers)
