"""The app `config`, with the commands that belong to no other app."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Import our Celery application in every process and thread, since shared tasks would use a default broker otherwise.

        Connections read times by our reader. Erasures are noted beside the backups, where there are some.
        """
        from django.conf import settings

        from config import checks  # noqa: F401 - registering is what it is imported for
        from config.celery import app
        from config.timestamps import read_as_utc

        app.set_default()
        connection_created.connect(read_as_utc)
        if settings.TRACES_ENDPOINT:
            from config import tracing  # costly, so only where there are traces

            tracing.start(
                settings.TRACES_ENDPOINT,
                headers=settings.TRACES_HEADERS,
                share=settings.TRACES_SHARE,
                key=settings.SECRET_KEY,
            )
        if settings.BACKUP_TO:
            from accounts.privacy.registry import register_holder
            from config.backup.erasures import backup_holder

            register_holder(backup_holder())
