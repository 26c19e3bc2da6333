"""Changes were numbered: tell the hubs, which then need not wait for their next poll. Transient news goes the
same way, whole."""

import asyncio
import hashlib
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils.timezone import now
from redis.exceptions import RedisError

from outbox.signals import numbered, transient
from realtime.connections.identity import DECIDING

log = structlog.get_logger(__name__)

#: The one group of the channel layer; its members are the hubs.
GROUP = "live.hubs"
TRANSIENT = "transient"
RIGHTS = "rights"
_SECONDS = 1.0


@receiver(numbered, dispatch_uid="realtime.hint")
def hint(sender: object, *, last_number: int, **_: Any) -> None:
    """Send the hint. A channel layer that is down raises; the sender logs it, and the hubs' polls make up for
    it."""
    async_to_sync(_send)({"type": "hint", "number": last_number})


@receiver(transient, dispatch_uid="realtime.transient")
def send_transient(sender: object, *, topic: str, kind: str, data: dict[str, Any], **_: Any) -> None:
    """Send transient news to the hubs: whoever listens gets it, nobody else ever will."""
    async_to_sync(_send)({"type": TRANSIENT, "topic": topic, "kind": kind, "data": data})


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="realtime.account")
def account_saved(
    sender: object, *, instance: Any, created: bool, update_fields: Any = None, **_: Any
) -> None:
    """An account may have other rights than before."""
    if not created and (update_fields is None or not frozenset(DECIDING).isdisjoint(update_fields)):
        _tell_of_rights(user=str(instance.pk))


@receiver(post_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="realtime.account_deleted")
def account_deleted(sender: object, *, instance: Any, **_: Any) -> None:
    """Whose account is gone hears nothing of his own any more."""
    _tell_of_rights(user=str(instance.pk))


@receiver(m2m_changed, dispatch_uid="realtime.permissions")
def permissions_changed(sender: object, *, instance: Any, action: str, reverse: bool, **_: Any) -> None:
    """A person got or lost a permission or a group. What changes a whole group, the sweep of each hub
    finds."""
    if action.startswith("post_") and isinstance(instance, get_user_model()) and not reverse:
        _tell_of_rights(user=str(instance.pk))


@receiver(post_delete, sender=Session, dispatch_uid="realtime.session")
def session_deleted(sender: object, *, instance: Any, **_: Any) -> None:
    """Somebody signed out, here or elsewhere. A session that had ended anyway tells nobody anything new."""
    if instance.expire_date > now():
        _tell_of_rights(session=hashlib.sha256(instance.session_key.encode()).hexdigest())


def _tell_of_rights(**whose: str) -> None:
    transaction.on_commit(partial(_send_robustly, {"type": RIGHTS, **whose}), robust=True)


def _send_robustly(message: dict[str, Any]) -> None:
    try:
        async_to_sync(_send)(message)
    except (RedisError, OSError, TimeoutError) as error:  # the sweep of each hub makes up for it
        log.warning("rights_not_told", error=str(error))


async def _send(message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(_SECONDS):
            await layer.group_send(GROUP, message)
