"""What happens elsewhere and is counted here. A sum that cannot be kept is lost; what happened is not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import User
from events.signals import counted
from flags.models import Flag
from flags.services import is_on
from insights.figures.adding import note

log = structlog.get_logger(__name__)


@receiver(counted, dispatch_uid="insights.keep_acts")
def keep_acts(*, acts: Sequence[tuple[UUID | None, str, int]], now: datetime, **_: Any) -> None:
    """Keep it until it is added up, in the same transaction."""
    if not is_on(Flag.ANALYTICS):
        return
    try:
        with transaction.atomic():
            note(acts, at=now)
    except DatabaseError as error:
        log.warning("figures.not_kept", reason=type(error).__name__)


@receiver(post_save, sender=User, dispatch_uid="insights.keep_account")
def keep_account(*, instance: User, created: bool, raw: bool = False, **_: Any) -> None:
    """A new account is counted."""
    if created and not raw:
        keep_acts(acts=[(None, "accounts", 1)], now=instance.date_joined)
