"""The app `mail`."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"

    def ready(self) -> None:
        """Connect the receivers, and say what is kept about people."""
        from accounts.privacy.registry import register
        from mail import receivers  # noqa: F401 - connecting is what it is imported for
        from mail.privacy import PART

        register(PART)
