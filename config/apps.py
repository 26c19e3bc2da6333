"""The roof as an app: it carries the commands that belong to no room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Give every process, and each of its threads, our Celery application: shared tasks would go to a
        broker of their own otherwise."""
        from config.celery import app

        app.set_default()
