"""The app `operations`: the admin's first page, the components, uptime."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        """Let the figures count what apps beside them keep."""
        from insights.figures import cohorts
        from operations.subscribers import subscribers

        cohorts.register("subscribers", subscribers)
