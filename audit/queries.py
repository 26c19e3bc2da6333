"""Queries on the log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from audit.models import Entry, Note, Pseudonym
from audit.records import personal_labels, subject_of


def entries_on(target: str, *, most: int = 200) -> list[Entry]:
    """The newest entries on a row (`app.model:ID`, people by their ids)."""
    return list(Entry.objects.filter(target=_stored_name(target)).order_by("-at", "-id")[:most])


def names_of(references: Iterable[str]) -> dict[str, str]:
    """What people read for actors and targets: names where a person is still there (two queries for each kind).

    What is not about a person reads as it is.
    """
    wanted = {text: text.partition(":") for text in set(references)}
    named = {text: text for text in wanted}
    people = {text: key for text, (label, _, key) in wanted.items() if label in personal_labels() and key}
    subjects = dict(Pseudonym.objects.filter(pk__in=people.values()).values_list("pk", "subject"))
    by_label: dict[str, dict[str, str]] = defaultdict(dict)
    for text, pseudonym in people.items():
        label = wanted[text][0]
        named[text] = f"{label} {pseudonym[:8]} (erased)"
        if subject := {str(pk): subject for pk, subject in subjects.items()}.get(pseudonym):
            named[text] = subject
            by_label[label][subject.partition(":")[2]] = text
    for label, texts in by_label.items():
        find = personal_labels()[label]
        for key, name in (find(texts) if find else {}).items():
            named[texts[key]] = name
    return named


def references_to(subjects: Iterable[str]) -> list[str]:
    """The names under which these rows about people (`app.model:ID`) stand in the log."""
    found = Pseudonym.objects.filter(subject__in=list(subjects)).values_list("subject", "pk")
    return [f"{subject.partition(':')[0]}:{pseudonym}" for subject, pseudonym in found]


def notes_of(entries: QuerySet[Entry] | Iterable[Entry]) -> Mapping[object, str]:
    """The notes of these entries, by the entry's id."""
    return dict(Note.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("entry_id", "text"))


def _stored_name(target: str) -> str:
    return next(iter(references_to([target])), target) if subject_of(target) else target
