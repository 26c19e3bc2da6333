"""The log of who did what (app `audit`), which knows no account: an erased person's entries stay, nameless."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.privacy.person import Person
from accounts.privacy.redacting import needles_of, redact_columns
from accounts.privacy.registry import NOBODY, Part, Retention, Rows
from audit.models import Entry, Note, Pseudonym
from audit.records import Subject
from audit.services import forget_person


def export(person: Person) -> Rows:
    """The entries by and about the person, without values (these are hashes)."""
    known = Pseudonym.objects.filter(subject=str(_subject(person))).first()
    if known is None:
        return {}
    name = f"{User._meta.label_lower}:{known.id}"
    entries = Entry.objects.filter(Q(actor=name) | Q(target=name)).order_by("at")
    shown = [
        {
            "at": entry.at,
            "action": entry.action,
            "by_you": entry.actor == name,
            "about_you": entry.target == name,
        }
        for entry in entries.only("at", "action", "actor", "target").iterator()
    ]
    return {"log": shown}


def erase(person: Person) -> int:
    """Delete the pseudonym, the notes by or about the person, and the person's marks in other notes."""
    gone = forget_person(_subject(person))
    return sum(gone.values()) + redact_columns(Note, ["text"], needles_of(person))


def marks(person: Person) -> Iterator[str]:
    """How the table of pseudonyms names the person."""
    yield str(_subject(person))


def _subject(person: Person) -> Subject:
    return Subject(User._meta.label_lower, str(person.id))


LOG: Final = Part(
    name=_("log"),
    holds=_("what you did with rights or to your account, under a pseudonym; notes of staff"),
    purpose=_("to find out who did what, and misuse"),
    models=frozenset({"audit.Entry", "audit.Note", "audit.Pseudonym"}),
    export=export,
    erase=erase,
    marks=marks,
    stays=_("entries, whose pseudonym nobody can trace to you any more"),
    retention=(Retention(what=_("the log"), period=lambda: None, task=NOBODY),),
)
