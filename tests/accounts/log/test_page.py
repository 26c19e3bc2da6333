"""The log in the admin: filtered, searched, read entry by entry, and exported."""

import csv
from uuid import uuid4

import pytest

from accounts.actions import Action, record_action, target_of
from accounts.log.export import cell
from accounts.log.filters import BoundedPaginator
from accounts.models import User
from accounts.rights import CLOCK
from audit.models import Entry, Note
from audit.records import Subject
from audit.services import chain, forget_person
from tests.audit.tampering import tamper
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
PAGE, EXPORT = "/admin/audit/entry/", "/admin/audit/entry/export/"
EVENT = uuid4()


@pytest.fixture
def ann() -> User:
    return make_staff(email="ann@example.org")


@pytest.fixture
def reader(client) -> User:
    person = make_person(email="reader@example.org", rights=["audit.view_entry", "audit.export_entry"])
    client.force_login(person)
    Entry.objects.exists()
    return person


@pytest.fixture
def log(ann, reader) -> None:
    record_action(
        ann,
        Action.EVENT_CHANGED,
        target=f"events.event:{EVENT}",
        before={"title": "Old"},
        after={"title": "New"},
        note="as told by phone",
    )
    record_action(CLOCK, Action.EVENT_MOVED, target="events.event")
    record_action(CLOCK, Action.ROLE_CHANGED, target=target_of(ann))


def listed(client, **query) -> list[str]:
    return [
        entry.action
        for entry in client.get(PAGE, query).context["cl"].result_list
        if not entry.action.startswith("account.signed")
    ]


ALL = ["account.role_changed", "event.moved", "event.changed"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"actor": "Ann@example.org"}, ["event.changed"]),
        ({"actor": "system:clock"}, ["account.role_changed", "event.moved"]),
        ({"action": "event.moved"}, ["event.moved"]),
        ({"kind": "events.event"}, ["event.moved", "event.changed"]),
        ({"at_from_0": "2100-01-01", "at_from_1": "00:00:00"}, []),
        ({"at_to_0": "2100-01-01", "at_to_1": "00:00:00"}, ALL),
        ({"chain": "imported"}, []),
        ({"q": str(EVENT)}, ["event.changed"]),
        ({"q": "ann@example.org"}, ["account.role_changed"]),
        ({"q": "nothing at all"}, []),
    ],
)  # fmt: skip
def test_filters_and_search(client, log, query, found):
    assert listed(client, **query) == found


def test_entries_of_one_request_are_found(client, log):
    client.post("/admin/accounts/group/add/", headers={"X-Request-ID": "x"})
    tamper("UPDATE audit_entry SET request_id = 'abc-1' WHERE action = 'event.moved'")
    assert listed(client, q="abc-1") == ["event.moved"]


def test_the_list_asks_as_often_for_one_entry_as_for_many(client, log, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert "ann@example.org" in client.get(PAGE).content.decode()
    for _ in range(5):
        record_action(make_person(email=f"{uuid4()}@example.org"), Action.PAUSED, target="x")
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_an_entry_is_read_with_its_note_and_link(client, log):
    chain()
    entry = Entry.objects.get(action=Action.EVENT_CHANGED)
    page = client.get(f"{PAGE}{entry.pk}/change/").content.decode()
    for told in ("ann@example.org", "a text of 3 characters", "as told by phone", "hash"):
        assert told in page
    Note.objects.all().delete()
    assert "deleted; its hash stays" in client.get(f"{PAGE}{entry.pk}/change/").content.decode()


def test_an_erased_person_is_shown_as_erased(client, log, ann):
    forget_person(Subject("accounts.user", str(ann.pk)))
    page = client.get(PAGE).content.decode()
    assert "ann@example.org" not in page
    assert "(erased)" in page


def exported(client, **query) -> list[dict[str, str]]:
    answer = client.get(EXPORT, query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def test_the_export_has_what_the_filters_leave(client, log, monkeypatch):
    monkeypatch.setattr("accounts.log.export.BATCH", 1)
    chain()
    rows = exported(client, kind="events.event")
    assert [row["action"] for row in rows] == ["event.moved", "event.changed"]
    assert rows[0]["link_hash"]
    assert "ann@example.org" not in str(rows)


def test_the_export_is_recorded(client, log, reader):
    exported(client, action="event.moved")
    assert Entry.objects.filter(action=Action.LOG_EXPORTED, target="audit.entry").count() == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(client, log, text):
    assert cell(text) == f"'{text}"
    tamper(f"UPDATE audit_entry SET target = '{text}' WHERE action = 'event.moved'")
    assert exported(client, action="event.moved")[0]["target"].startswith("'")


def test_the_export_needs_a_right_of_its_own(client):
    client.force_login(make_person(rights=["audit.view_entry"]))
    assert client.get(EXPORT).status_code == 403
    assert "Export what is listed" not in client.get(PAGE).content.decode()


def test_a_long_log_is_not_counted_to_its_end(log, monkeypatch):
    monkeypatch.setattr("accounts.log.filters.MOST_COUNTED", 2)
    assert BoundedPaginator(Entry.objects.order_by("-at"), 50).count == 2
