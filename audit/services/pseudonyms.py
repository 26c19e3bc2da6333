"""Pseudonyms of people: given when a person first stands in the log, deleted when the person is erased."""

import secrets

from django.db.models import Q

from audit.models import Entry, Note, Pseudonym
from audit.records import Subject


def pseudonym_of(subject: Subject) -> Pseudonym:
    """The pseudonym of a person, a new one where there is none (one query, two more for a new one)."""
    found = Pseudonym.objects.filter(subject=str(subject)).first()
    if found is None:
        fresh = Pseudonym(subject=str(subject), key=secrets.token_hex(32))
        Pseudonym.objects.bulk_create([fresh], ignore_conflicts=True)
        found = Pseudonym.objects.get(subject=str(subject))
    return found


def reference(subject: Subject) -> str:
    """The person as entries name them: `app.model:PSEUDONYM`."""
    return f"{subject.label}:{pseudonym_of(subject).id}"


def forget_person(subject: Subject) -> dict[str, int]:
    """Delete the pseudonym of an erased person, and the notes of entries by or about the person.

    The entries stay as they are: nobody can tell any more whom they name. Returns how many rows went.
    """
    found = Pseudonym.objects.filter(subject=str(subject)).first()
    if found is None:
        return {"pseudonyms": 0, "notes": 0}
    name = f"{subject.label}:{found.id}"
    entries = Entry.objects.filter(Q(actor=name) | Q(target=name)).exclude(note_hash="")
    notes, _ = Note.objects.filter(entry_id__in=entries.values("id")).delete()
    found.delete()
    return {"pseudonyms": 1, "notes": notes}
