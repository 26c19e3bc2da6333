"""Signal receivers: they name visitors and people in log lines, remember sign-ins, and end void tokens."""

from collections.abc import Iterable
from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog.signals import (
    bind_extra_request_failed_metadata,
    bind_extra_request_finished_metadata,
    bind_extra_request_metadata,
)

from accounts.keys.holding import end_void_keys
from accounts.log_names import log_name_of_person, log_name_of_visitor
from accounts.models import User, fold_login
from accounts.sessions import renew
from accounts.tokens.families import end_void_families
from accounts.tokens.marks import DECIDING

log = structlog.get_logger(__name__)


@receiver(bind_extra_request_metadata, dispatch_uid="accounts.visitor")
def bind_visitor(request: HttpRequest, **_: Any) -> None:
    """Bind the name of the day of the visitor's network, by the same rule as limits."""
    structlog.contextvars.bind_contextvars(visitor=log_name_of_visitor(request))


@receiver(bind_extra_request_finished_metadata, dispatch_uid="accounts.person")
@receiver(bind_extra_request_failed_metadata, dispatch_uid="accounts.person")
def bind_person(request: HttpRequest, **_: Any) -> None:
    """Bind the name of the day of whoever is signed in."""
    if (user := getattr(request, "user", None)) is not None and user.is_authenticated:
        structlog.contextvars.bind_contextvars(person=log_name_of_person(user))


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def remember_login(request: HttpRequest | None, user: User, **_: Any) -> None:
    """Make the browser a known one with the response (accounts.middleware), and start the idle time of staff."""
    if request is not None:
        if user.is_staff:
            renew(request.session)
        request.signed_in_as = fold_login(user.email)  # type: ignore[attr-defined]


@receiver(user_login_failed, dispatch_uid="accounts.login_failed")
def tell_failed_login(**_: Any) -> None:
    """Log a failed sign-in; the log line has the visitor's name already."""
    log.warning("login_failed")


@receiver(post_save, sender=User, dispatch_uid="accounts.account_changed")
def end_tokens(instance: User, created: bool, update_fields: Iterable[str] | None = None, **_: Any) -> None:
    """The password or the rights of the account may have changed."""
    if not created and (update_fields is None or not frozenset(DECIDING).isdisjoint(update_fields)):
        end_void_families(instance)
        end_void_keys(instance)


@receiver(post_delete, sender=User, dispatch_uid="accounts.picture")
def delete_picture(instance: User, **_: Any) -> None:
    """The picture goes with the account."""
    if name := instance.picture.name:
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)
