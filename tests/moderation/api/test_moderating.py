"""Actions on events by the API: an answer for each, conflicts, rights and cities, and keys that are used once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from tests.factories import make_city, make_origin, make_person, make_staff, record_event

pytestmark = pytest.mark.django_db
WAY = "/api/v1/admin/events/moderate"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def make(title, *, approved=True):
    return record_event(
        title=title, approved=approved, origin=make_origin(slug=title[:4].lower()), external_id=title
    )


def send(client, *actions, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(WAY, {"actions": actions}, content_type="application/json", headers=headers)


def act(event, action, **more):
    return {"action": action, "event": str(event.id), "version": event.version, **more}


def test_each_action_has_its_own_answer(staff):
    raga, jazz, film, talk = (
        make("Raga", approved=False),
        make("Jazz", approved=False),
        make("Film"),
        make("Talk"),
    )
    services.file_reviews(
        [services.Filing(kind=ReviewKind.EVENT, object_id=raga.id, title="Raga", evidence={})]
    )
    answer = send(
        staff, act(raga, "approve"), act(jazz, "reject", reason="spam"), act(film, "flag", note="odd"), act(talk, "approve") | {"version": 9},
        act(jazz, "reject"), {"action": "dance"}, act(talk, "merge", into="00000000-0000-0000-0000-000000000001"),
    )  # fmt: skip
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [row["status"] for row in results] == [200, 200, 200, 409, 409, 400, 404]
    assert [row.get("publication") for row in results[:3]] == ["approved", "rejected", "flagged"]
    assert (
        results[3]["problem"]["detail"]
        == f"“Talk” is of version {talk.version} now, no longer 9. Look at it again."
    )
    assert (answer.json()["done"], answer.json()["failed"]) == (3, 4)
    assert Review.objects.get().state == "decided"
    assert Decision.objects.get(object_id=jazz.id).reason == "spam"


def test_a_merge_with_chosen_values_an_edit_and_the_way_back(staff):
    stays, goes = make("Raga"), make("Raag")
    merged = send(
        staff,
        act(goes, "merge", into=str(stays.id), into_version=stays.version, chosen={"title": str(goes.id)}),
    )
    assert merged.json()["results"][0]["merged_into"] == str(stays.id)
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.title, stays.locked_fields) == ("Raag", ["title"])
    assert send(staff, act(goes, "unmerge")).status_code == 200
    stays.refresh_from_db()
    values = {
        "title": "By hand",
        "start_at": "2026-12-12T23:30:00+05:30",
        "end_at": None,
        "price_type": "free",
        "tags": ["new"],
    }
    assert send(staff, act(stays, "edit", values=values)).status_code == 200
    stays.refresh_from_db()
    assert (stays.title, f"{stays.start_date}", stays.tags, stays.price_type) == (
        "By hand",
        "2026-12-12",
        ["new"],
        "free",
    )
    assert {"title", "start", "tags", "price"} <= set(stays.locked_fields)
    decision = Decision.objects.filter(object_id=stays.id, verdict=Verdict.EDIT).get()
    answer = staff.post(f"/api/v1/admin/decisions/{decision.pk}/undo")
    assert answer.status_code == 200, answer.content
    stays.refresh_from_db()
    assert (stays.title, stays.locked_fields) == ("Raga", [])


@pytest.mark.parametrize(
    ("action", "status", "words"),
    [
        ({"action": "approve", "version": 9}, 409, "no longer 9"),
        ({"action": "reject"}, 400, "invalid"),
        ({"action": "edit", "values": {"slug": "x"}}, 400, "There is no field"),
        ({"action": "edit", "values": {"start_at": "soon"}}, 400, "start_at"),
        ({"action": "edit", "values": {"city": "atlantis"}}, 400, "atlantis"),
        ({"action": "edit", "values": {"title": None}}, 400, "title"),
        ({"action": "edit"}, 400, "Say what to change"),
        ({"action": "merge"}, 400, "into"),
        ({"action": "unmerge"}, 409, "not merged"),
        ({"action": "approve", "event": "00000000-0000-0000-0000-000000000001"}, 404, "no event"),
        ({"action": "approve", "colour": "red"}, 400, "colour"),
    ],
)
def test_a_single_action_is_answered_with_its_own_status(staff, action, status, words):
    event = make("Raga")
    answer = send(staff, {**act(event, "approve"), **action})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert words in answer.content.decode()
    assert answer.json()["results"][0]["status"] == status
    assert Event.objects.get().version == event.version


@pytest.mark.parametrize(
    "body", [[], {}, {"actions": []}, {"actions": [{}] * 201}, {"actions": [{}], "more": 1}]
)
def test_a_call_has_1_to_200_actions(staff, body):
    assert staff.post(WAY, body, content_type="application/json").status_code == 400


def test_a_repeated_key_is_processed_once(staff):
    event = make("Raga", approved=False)
    first = send(staff, act(event, "approve"), act(event, "approve"), key="k")
    assert [row["status"] for row in first.json()["results"]] == [200, 409]
    assert send(staff, act(event, "approve"), act(event, "approve"), key="k").json() == first.json()
    assert send(staff, act(event, "flag"), key="k").status_code == 422
    assert Decision.objects.count() == 1


def test_one_sees_and_moves_only_events_of_ones_own_cities_with_the_rights_for_it(client):
    here, there = make("Raga", approved=False), make("Jazz", approved=False)
    goa = make_city(slug="goa")
    Event.objects.filter(pk=there.pk).update(city=goa)
    rights = ["moderation.change_review", "events.publish_event"]
    client.force_login(make_person(rights=rights, cities=[make_city()]))
    answer = send(
        client,
        act(here, "approve"),
        act(there, "approve"),
        act(here, "edit", values={"title": "x"}) | {"version": here.version + 1},
    )
    assert [row["status"] for row in answer.json()["results"]] == [200, 403, 403]
    assert answer.json()["results"][2]["problem"]["right"] == "events.change_event"


def test_an_event_at_which_somebody_is_looking_is_left_alone(staff):
    event = make("Raga", approved=False)
    services.file_reviews(
        [services.Filing(kind=ReviewKind.EVENT, object_id=event.id, title="Raga", evidence={})]
    )
    services.claim(Review.objects.get().pk, by=make_staff(email="anna@example.org"))
    answer = send(staff, act(event, "approve"))
    assert (answer.status_code, "anna@example.org is at" in answer.json()["detail"]) == (409, True)


def test_two_hundred_actions_cost_about_as_many_queries_as_one(staff):
    for size in (
        10,
        1,
        200,
    ):  # the first reads the person's rights, and the source earns its trust by ten verdicts
        rows = [make(f"{size} of {number}", approved=False) for number in range(size)]
        wrong = rows[size // 2] if size > 1 else None
        if wrong is not None:
            Event.objects.filter(pk=wrong.pk).update(version=9)
        with CaptureQueriesContext(connection) as queries:
            answer = send(staff, *(act(row, "approve") for row in rows)).json()
        assert (answer["done"], answer["failed"]) == (size - (size > 1), int(size > 1))
        assert [row["event"] for row in answer["results"] if row["status"] == 409] == [
            str(row.pk) for row in rows if row is wrong
        ]
        assert len(queries) <= (45 if size <= 10 else 90), [one["sql"][:90] for one in queries]


def test_what_cannot_be_moved_stops_none_of_its_neighbours(staff):
    rows = [make(name, approved=False) for name in ("Raga", "Jazz", "Film")]
    Event.objects.filter(pk=rows[1].pk).update(publication="archived")
    answer = send(
        staff, *(act(row, "flag", note="odd") for row in rows), act(rows[0], "approve") | {"version": 2}
    )
    assert [row["status"] for row in answer.json()["results"]] == [200, 409, 200, 200]
    assert dict(Decision.objects.values_list("verdict", "note")) == {"flag": "odd", "approve": ""}
