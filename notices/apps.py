"""The app `notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """Connect the receivers, and say that notices are about people, and what is kept about them."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from notices import receivers  # noqa: F401 - connecting is what it is imported for
        from notices.privacy import PART

        for model in ("notice", "noticechoice", "pushdevice"):
            register_personal(f"notices.{model}")
        register(PART)
