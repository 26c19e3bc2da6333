"""The app `mail`."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"

    def ready(self) -> None:
        """Connect the receivers, and say what is kept about people."""
        from accounts.privacy.registry import register
        from mail import checks, receivers  # noqa: F401 - connecting is what they are imported for
        from mail.privacy import PART

        register(PART)
