"""Records what an actor did in the log (app `audit`): the only function for it above accounts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from accounts.models import User
from accounts.rights import Actor, System, is_person
from audit import services as audit
from audit.enums import Action
from audit.fields import values_of
from audit.records import Doer, Part, Subject, Word
from audit.services import Done
from audit.values import digest

__all__ = [
    "Action",
    "Done",
    "Word",
    "digest",
    "record_action",
    "record_actions",
    "reference_of",
    "target_of",
    "values_of",
]


def record_action(
    by: Actor,
    action: Action,
    *,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Write one entry of the log in the caller's transaction.

    `target` is `app.model:ID` (`target_of`). `before` and `after` are by field; texts in them are stored as a
    keyed hash and a length, except enumerations and `Word`s, and a `User` as a pseudonym. `note` is free text.
    """
    audit.record(
        doer_of(by), action, target=target, before=_with_people(before), after=_with_people(after), note=note
    )


def record_actions(by: Actor, action: Action, done: Iterable[Done], *, note: str = "") -> None:
    """Write an entry for each row that `by` acted on, like `record_action`, in one query."""
    audit.record_many(
        doer_of(by),
        action,
        [Done(one.target, _with_people(one.before), _with_people(one.after)) for one in done],
        note=note,
    )


def target_of(row: Model) -> str:
    """The row as entries name it, such as `events.event:UUID`."""
    return f"{row._meta.label_lower}:{row.pk}"


def doer_of(by: Actor) -> Doer:
    """The actor as the log takes it."""
    if isinstance(by, System):
        return Part(by.name)
    return _subject(by) if is_person(by) else None


def reference_of(by: Actor) -> str:
    """The actor as the log names it: a person by a pseudonym, which nobody can trace once the person is erased.

    For rows that remember in JSON who did something; `audit.queries.names_of` finds the names.
    """
    doer = doer_of(by)
    return audit.reference(doer) if isinstance(doer, Subject) else str(doer or "")


def _subject(person: User) -> Subject:
    return Subject(User._meta.label_lower, str(person.pk))


def _with_people(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: _subject(value) if isinstance(value, User) else value for name, value in (values or {}).items()
    }
