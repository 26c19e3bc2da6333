"""Writes entries, in the caller's transaction."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import structlog
from django.db import transaction

from audit import hashing, values
from audit.enums import Action
from audit.models import Entry, Note
from audit.records import ANONYMOUS, Doer, Subject, subject_of
from audit.services.chaining import chain_robustly
from audit.services.pseudonyms import pseudonym_of, reference

_LONGEST_TARGET: Final = 200
_LONGEST_NOTE: Final = 4_000


def record(
    actor: Doer,
    action: Action,
    *,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Entry:
    """Write one entry in the present transaction; a rollback leaves nothing of it. It is chained after the
    commit.

    `target` is `app.model:ID`, or a name of ours. `before` and `after` are by field: enumerations, `Word`s,
    numbers, ids and times are stored as they are, other texts as a keyed hash and a length. `note` is free
    text; it stands beside the entry and can be deleted.
    """
    subject = subject_of(target)
    known = pseudonym_of(subject) if subject else None
    key = bytes.fromhex(known.key) if known else values.installation_key("texts")
    entry = Entry(
        action=Action(action).value,
        actor=_actor(actor),
        target=_line(f"{subject.label}:{known.id}" if subject and known else target),
        before=values.as_json(before, key=key, refer=reference),
        after=values.as_json(after, key=key, refer=reference),
        request_id=_line(_request_id())[:64],
    )
    with transaction.atomic():
        if note := note[:_LONGEST_NOTE].replace("\0", ""):
            salt = secrets.token_hex(16)
            entry.note_hash = hashing.note_hash(salt, note)
            Note.objects.create(entry_id=entry.id, salt=salt, text=note)
        entry.seal = hashing.seal(hashing.entry_bytes(entry))
        entry.save(force_insert=True)
    transaction.on_commit(chain_robustly)
    return entry


def _actor(actor: Doer) -> str:
    return reference(actor) if isinstance(actor, Subject) else _line(str(actor or ANONYMOUS))[:120]


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_LONGEST_TARGET])


def _request_id() -> str:
    """The id of the present request or job, '' where there is none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
