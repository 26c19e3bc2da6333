"""The app `webhooks`."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        """Connect the receivers, and say that endpoints are about people and what is kept about them."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from webhooks import receivers  # noqa: F401 - connecting is what it is imported for
        from webhooks.privacy import PART

        register_personal("webhooks.endpoint")
        register(PART)
