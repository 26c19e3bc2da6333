"""The app `config`, with the commands that belong to no other app."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Import our Celery application in every process and thread.

        Otherwise shared tasks would use a default broker.
        """
        from config.celery import app

        app.set_default()
