"""Pseudonyms of people: given when a person first stands in the log, deleted when the person is erased."""

import secrets
from collections.abc import Iterable

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
    """Delete the pseudonym of an erased person; see `forget_people`."""
    return forget_people(subject.label, [subject.id])


def forget_people(label: str, keys: Iterable[object]) -> dict[str, int]:
    """Delete the pseudonyms of erased people, and the notes of entries by or about them.

    The entries stay as they are: nobody can tell any more whom they name. Returns how many rows went. Runs
    in the transaction of the erasure, after the entry of it.
    """
    found = Pseudonym.objects.filter(subject__in=[f"{label}:{key}" for key in keys])
    names = [f"{label}:{pk}" for pk in found.values_list("pk", flat=True)]
    entries = Entry.objects.filter(Q(actor__in=names) | Q(target__in=names)).exclude(note_hash="")
    notes, _ = Note.objects.filter(entry_id__in=list(entries.values_list("id", flat=True))).delete()
    return {"pseudonyms": found.delete()[0], "notes": notes}
