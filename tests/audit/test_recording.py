"""An entry says who did what to what, without free text and without naming a person."""

import json
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import Action, Word, record_action, target_of
from accounts.rights import CLOCK
from audit.models import Entry, Note, Pseudonym, Unchained
from audit.records import Subject
from audit.services import forget_person, pseudonym_of
from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db
EVENT = f"events.event:{uuid4()}"


def entry_of(*args, **given) -> Entry:
    record_action(*args, **given)
    return Entry.objects.order_by("-at", "-id").first()


def test_a_person_stands_under_a_pseudonym():
    person = make_person()
    first = entry_of(person, Action.EVENT_CHANGED, target=EVENT, after={"chosen_by": person})
    again = entry_of(CLOCK, Action.ROLE_CHANGED, target=target_of(person))
    name = f"accounts.user:{pseudonym_of(Subject('accounts.user', str(person.pk))).id}"
    assert [first.actor, json.loads(first.after)["chosen_by"], again.target, again.actor] == [
        name, name, name, "system:clock",
    ]  # fmt: skip
    assert str(person.pk) not in name


def test_texts_become_a_hash_and_a_length():
    after = {"title": "Ann sings", "state": Action.PAUSED, "slug": Word("soho"), "count": 3, "is_on": True}
    stored = json.loads(entry_of(CLOCK, Action.EVENT_CHANGED, target=EVENT, after=after).after)
    assert stored.pop("title").keys() == {"hash", "length"}
    assert stored == {"state": "source.paused", "slug": "soho", "count": 3, "is_on": True}


def test_a_note_stands_beside_its_entry():
    entry = entry_of(CLOCK, Action.VERDICT, target=EVENT, note="called the venue")
    assert Note.objects.get(entry_id=entry.id).text == "called the venue"
    Note.objects.all().delete()
    assert Entry.objects.get().note_hash == entry.note_hash != ""


def test_a_rollback_leaves_nothing():
    with transaction.atomic():
        record_action(make_person(), Action.VERDICT, target=EVENT, note="x")
        transaction.set_rollback(True)
    assert [model.objects.count() for model in (Entry, Note, Pseudonym, Unchained)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry",
     "SET LOCAL pgtrigger.ignore = '{audit_entry_append_only}'; DELETE FROM audit_entry"],
)  # fmt: skip
def test_the_database_refuses_other_than_inserts(statement):
    record_action(CLOCK, Action.PAUSED, target=EVENT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)


def test_an_erased_person_leaves_nameless_entries():
    person = make_person()
    entry = entry_of(person, Action.VERDICT, target=EVENT, note="by me")
    assert forget_person(Subject("accounts.user", str(person.pk))) == {"pseudonyms": 1, "notes": 1}
    assert Entry.objects.get() == entry
    assert not Pseudonym.objects.exists()
