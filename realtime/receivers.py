"""Notifies the hubs of numbered changes, transient messages and changed rights.

Without notices the hubs find them later by themselves.
"""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils.timezone import now
from redis.exceptions import RedisError

from accounts.signals import families_ended
from outbox.signals import numbered, transient
from places.models import CityModerator
from realtime.connections.identity import DECIDING
from realtime.feed.hints import HINT, RIGHTS, TRANSIENT, send_to_hubs

log = structlog.get_logger(__name__)


@receiver(numbered, dispatch_uid="realtime.hint")
def hint(sender: object, *, last_number: int, **_: Any) -> None:
    """Tell the hubs that changes have numbers.

    Raises where the channel layer is down: the sender of the signal logs it, and each hub finds the changes
    at its next poll.
    """
    send_to_hubs({"type": HINT, "number": last_number})


@receiver(transient, dispatch_uid="realtime.transient")
def send_transient(sender: object, *, messages: Sequence[tuple[str, str, dict[str, Any]]], **_: Any) -> None:
    """Send transient messages to the hubs. Only the readers that are connected now get them."""
    for topic, kind, data in messages:
        send_to_hubs({"type": TRANSIENT, "topic": topic, "kind": kind, "data": data})


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="realtime.account")
def account_saved(
    sender: object, *, instance: Any, created: bool, update_fields: Any = None, **_: Any
) -> None:
    """The rights of an account may have changed."""
    if not created and (update_fields is None or not frozenset(DECIDING).isdisjoint(update_fields)):
        _tell_of_rights(user=str(instance.pk))


@receiver(post_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="realtime.account_deleted")
def account_deleted(sender: object, *, instance: Any, **_: Any) -> None:
    """A deleted account loses its rights."""
    _tell_of_rights(user=str(instance.pk))


@receiver(m2m_changed, dispatch_uid="realtime.permissions")
def permissions_changed(sender: object, *, instance: Any, action: str, reverse: bool, **_: Any) -> None:
    """A user got or lost a permission or a group. The sweep of each hub finds a change of a whole group."""
    if action.startswith("post_") and isinstance(instance, get_user_model()) and not reverse:
        _tell_of_rights(user=str(instance.pk))


@receiver([post_save, post_delete], sender=CityModerator, dispatch_uid="realtime.cities")
def cities_changed(sender: object, *, instance: CityModerator, **_: Any) -> None:
    """A member of staff works in a city now, or no longer."""
    _tell_of_rights(user=str(instance.user_id))


@receiver(families_ended, dispatch_uid="realtime.family")
def family_ended(sender: object, *, user_id: UUID, **_: Any) -> None:
    """An API client signed out, here or elsewhere, or a used token came again."""
    _tell_of_rights(user=str(user_id))


@receiver(post_delete, sender=Session, dispatch_uid="realtime.session")
def session_deleted(sender: object, *, instance: Any, **_: Any) -> None:
    """Somebody signed out, here or elsewhere. An expired session had no rights any more."""
    if instance.expire_date > now():
        _tell_of_rights(session=hashlib.sha256(instance.session_key.encode()).hexdigest())


def _tell_of_rights(**whose: str) -> None:
    transaction.on_commit(partial(_send_robustly, {"type": RIGHTS, **whose}), robust=True)


def _send_robustly(message: dict[str, Any]) -> None:
    try:
        send_to_hubs(message)
    except RedisError as error:  # the sweep of each hub makes up for it
        log.warning("rights_not_told", error=str(error))
