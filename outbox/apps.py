"""The app `outbox`: numbered changes."""

import secrets
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from outbox.signals import numbered

        post_migrate.connect(begin_epoch, sender=self, dispatch_uid="outbox.epoch")
        numbered.connect(look_again, sender=None, dispatch_uid="outbox.renderings")


def look_again(**_: Any) -> None:
    """Changes have numbers: this process looks which of its renderings they make void."""
    from outbox.renderings.changed import CHANGED

    CHANGED.hint()


def begin_epoch(*, using: str, **_: Any) -> None:
    """Create the one row of Epoch, also after `flush` has emptied all tables."""
    from outbox.models import Epoch

    if Epoch._meta.db_table in connections[using].introspection.table_names():
        Epoch.objects.using(using).get_or_create(pk=1, defaults={"epoch": secrets.token_hex(6)})
