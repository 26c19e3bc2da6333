"""The app `insights`."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say that what is kept here is about people."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from events import recommended
        from insights import receivers  # noqa: F401
        from insights.offering.asked import Learnt
        from insights.privacy import PART

        for model in ("participant", "hidden"):
            register_personal(f"insights.{model}")
        register(PART)
        recommended.use(Learnt())
