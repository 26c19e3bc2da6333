"""Writes entries, in the caller's transaction."""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one row: `app.model:ID` or a name of ours, and values by field before and after."""

    target: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(
    actor: Doer,
    action: Action,
    *,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Entry:
    """Write one entry in the present transaction; see `record_many`."""
    return record_many(actor, action, [Done(target, before, after)], note=note)[0]


def record_many(actor: Doer, action: Action, done: Iterable[Done], *, note: str = "") -> list[Entry]:
    """Write an entry for each row in the present transaction (one query, two with a note).

    A rollback leaves nothing of them; after the commit they are chained. In the values enumerations, `Word`s,
    numbers, ids and times are stored as they are, other texts as a keyed hash and a length. `note` is free
    text; it stands beside each entry and can be deleted.
    """
    who, request = _actor(actor), _line(_request_id())[:64]
    entries = [_entry(who, action, one, request) for one in done]
    note = note[:_LONGEST_NOTE].replace("\0", "")
    notes = [_note(entry, note) for entry in entries if note]
    for entry in entries:
        entry.seal = hashing.seal(hashing.entry_bytes(entry))
    if entries:
        with transaction.atomic() if notes else nullcontext():
            Note.objects.bulk_create(notes)
            Entry.objects.bulk_create(entries)
        transaction.on_commit(chain_robustly)
    return entries


def _entry(actor: str, action: Action, done: Done, request: str) -> Entry:
    subject = subject_of(done.target)
    known = pseudonym_of(subject) if subject else None
    key = bytes.fromhex(known.key) if known else values.installation_key("texts")
    return Entry(
        action=Action(action).value,
        actor=actor,
        target=_line(f"{subject.label}:{known.id}" if subject and known else done.target),
        before=values.as_json(done.before, key=key, refer=reference),
        after=values.as_json(done.after, key=key, refer=reference),
        request_id=request,
    )


def _note(entry: Entry, text: str) -> Note:
    salt = secrets.token_hex(16)
    entry.note_hash = hashing.note_hash(salt, text)
    return Note(entry_id=entry.id, salt=salt, text=text)


def _actor(actor: Doer) -> str:
    return reference(actor) if isinstance(actor, Subject) else _line(str(actor or ANONYMOUS))[:120]


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_LONGEST_TARGET])


def _request_id() -> str:
    """The id of the present request or job, '' where there is none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
