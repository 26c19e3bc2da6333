"""The app `ratings`."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "ratings"

    def ready(self) -> None:
        """Say that what is kept here is about people, and show it on the pages of events and venues."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from events import rated
        from ratings import receivers  # noqa: F401
        from ratings.privacy import PART
        from ratings.shown import OnPages

        for model in ("rating", "answer"):
            register_personal(f"ratings.{model}")
        register(PART)
        rated.use(OnPages())
