"""Tells a person's own sessions, on the topic `user:me`, what happens to the account."""

from collections.abc import Mapping
from uuid import UUID

from accounts.enums import EndReason
from outbox.enums import Audience
from outbox.records import NewChange
from outbox.services import record

_TOPIC = "user:me"


def session_started(user_id: UUID, session_id: UUID, *, kind: str, client: str, known: bool = False) -> None:
    """Write `session.started`, in the present transaction.

    `kind` is `site` or `api`, `client` what the client calls itself; `known`: the account was signed in there before.
    """
    _tell("session.started", user_id, session_id, {"kind": kind, "client": client, "known": known})


def session_ended(user_id: UUID, session_id: UUID, *, kind: str, client: str, reason: EndReason) -> None:
    """Write `session.ended`, in the present transaction."""
    _tell("session.ended", user_id, session_id, {"kind": kind, "client": client, "reason": reason.value})


def export_ready(user_id: UUID, export_id: UUID) -> None:
    """Write `export.ready`, in the present transaction: the zip with all data can be downloaded."""
    _tell("export.ready", user_id, export_id, {}, kind="export")


def account_erased(user_id: UUID) -> None:
    """Write `account.erased`, in the present transaction: clients delete their copies."""
    _tell("account.erased", user_id, user_id, {}, kind="account")


def _tell(
    what: str, user_id: UUID, object_id: UUID, data: Mapping[str, str | bool], *, kind: str = "session"
) -> None:
    record(
        [
            NewChange(
                type=what,
                object_type=kind,
                object_id=object_id,
                topics=(_TOPIC,),
                data=data,
                audience=Audience.USER,
                user_id=user_id,
            )
        ]
    )
