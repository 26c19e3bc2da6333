"""Tells a person's own sessions, on the topic `user:me`, that one began or ended."""

from uuid import UUID

from accounts.enums import EndReason
from outbox.enums import Audience
from outbox.records import NewChange
from outbox.services import record

_TOPIC = "user:me"


def session_started(user_id: UUID, session_id: UUID, *, kind: str, client: str) -> None:
    """Write `session.started`, in the present transaction.

    `kind` is `site` or `api`, `client` what the client calls itself.
    """
    _tell("session.started", user_id, session_id, {"kind": kind, "client": client})


def session_ended(user_id: UUID, session_id: UUID, *, kind: str, client: str, reason: EndReason) -> None:
    """Write `session.ended`, in the present transaction."""
    _tell("session.ended", user_id, session_id, {"kind": kind, "client": client, "reason": reason.value})


def _tell(what: str, user_id: UUID, session_id: UUID, data: dict[str, str]) -> None:
    record(
        [
            NewChange(
                type=what,
                object_type="session",
                object_id=session_id,
                topics=(_TOPIC,),
                data=data,
                audience=Audience.USER,
                user_id=user_id,
            )
        ]
    )
