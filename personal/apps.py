"""The app `personal`."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    name = "personal"

    def ready(self) -> None:
        """Connect the receivers, and say that what is kept here is about people."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from personal import receivers  # noqa: F401 - connecting is what it is imported for
        from personal.privacy import PART

        for model in ("preferences", "favourite", "follow", "calendarkey"):
            register_personal(f"personal.{model}")
        register(PART)
