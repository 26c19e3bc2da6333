"""Events of a team through the API: told, changed with If-Match, withdrawn, and closed to everybody else."""

import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens.families import start_family
from events.enums import Happening, Publication
from events.models import Event, Organizer, OrganizerMember
from events.services import edit
from moderation.models import Review, SubmittedEvent
from organizers.models import WrittenEvent
from organizers.writing import finish_sent
from registrations.models import RegistrationSetup
from sources import tasks
from sources.models import Payload
from sources.triggers.inbox import drain, submissions_source
from tests.factories import make_categories, make_city, make_event, make_person, make_staff

pytestmark = pytest.mark.django_db
INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    make_categories()
    monkeypatch.setattr(tasks, "send", lambda *told, **more: None)


@pytest.fixture
def ann() -> User:
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def api_of() -> Callable[[User], Client]:
    return lambda person: Client(
        headers={"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"},
        enforce_csrf_checks=True,
    )


@pytest.fixture
def api(ann: User, api_of: Callable[[User], Client]) -> Client:
    return api_of(ann)


@pytest.fixture
def owls(ann: User) -> Organizer:
    made = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=made, user=ann, role="editor")
    return made


@pytest.fixture
def event(owls: Organizer) -> Event:
    start = (timezone.now() + timedelta(days=5)).replace(hour=14, minute=0, second=0, microsecond=0)
    made = make_event(title="Owl Night", start=start, end_at=start + timedelta(hours=2))
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def _patch(api: Client, event: Event, body: object, **headers: str):
    return api.patch(
        f"/api/v1/events/{event.pk}", json.dumps(body), "application/json", headers=headers or None
    )


def test_a_team_changes_what_it_says_and_gets_the_event_back(api, event):
    said = {
        "title": "Owl Night Two", "description": "<b>Late</b><script>1</script>", "category": "Concerts", "tags": ["owls"],
        "price_type": "paid", "price_min": "300.00", "currency": "INR", "age_limit": "18+", "happening": "postponed",
    }  # fmt: skip
    answer = _patch(api, event, said)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["title"], told["category"], told["status"], told["age_limit"]) == (
        "Owl Night Two",
        "music",
        "postponed",
        18,
    )
    assert told["price"]["min"] == 300.0
    assert "script" not in told["description"]
    event.refresh_from_db()
    assert event.provenance["title"]["team"] is True
    assert "title" in event.locked_fields


def test_a_language_that_no_event_can_have_is_refused_by_its_name(api, event):
    refused = _patch(api, event, {"language": "0" * 13})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "language")
    assert _patch(api, event, {"language": "zh-Hant-TW"}).status_code == 200


def test_the_etag_of_reading_guards_a_change(api, event):
    read = Client().get(f"/api/v1/events/{event.pk}")
    assert read["ETag"].startswith(f'"{event.version}-')
    first = _patch(api, event, {"title": "First"}, **{"If-Match": read["ETag"]})
    assert first.status_code == 200
    late = _patch(api, event, {"title": "Second"}, **{"If-Match": read["ETag"]})
    assert (late.status_code, late.json()["status"]) == (412, 412)
    assert _patch(api, event, {"title": "Third"}, **{"If-Match": first["ETag"]}).status_code == 200
    assert _patch(api, event, {"title": "Fourth"}, **{"If-Match": "*"}).status_code == 200
    packed = Client().get(f"/api/v1/events/{event.pk}", headers={"Accept-Encoding": "gzip"})
    assert packed["ETag"].startswith('W/"')
    assert _patch(api, event, {"sold_out": True}, **{"If-Match": packed["ETag"]}).status_code == 200
    for odd in ('"none"', '"1", "2"', '"٣"'):
        assert (
            _patch(api, event, {"title": "Fifth"}, **{"If-Match": odd.encode().decode("latin-1")}).status_code
            == 412
        )
    assert Event.objects.get().title == "Fourth"


def test_a_moved_start_takes_the_end_along(api, event):
    day = (event.start_at + timedelta(days=1)).astimezone(INDIA).date()
    told = _patch(api, event, {"start": f"{day}T21:00"}).json()
    assert told["start"] == f"{day}T21:00:00+05:30"
    assert told["end"] == f"{day}T23:00:00+05:30"
    assert _patch(api, event, {"end": ""}).json()["end"] is None
    whole = _patch(api, event, {"start": f"{day}", "end": f"{day + timedelta(days=2)}"}).json()
    assert (whole["start"], whole["all_day"]) == (f"{day}", True)
    longer = _patch(api, event, {"start": f"{day + timedelta(days=1)}"})
    event.refresh_from_db()
    assert (longer.status_code, event.end_date - event.start_date) == (200, timedelta(days=2))
    timed = _patch(api, event, {"start": f"{day}T20:00"}).json()
    assert (timed["start"], timed["all_day"], timed["end"]) == (f"{day}T20:00:00+05:30", False, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"colour": "red"}, "colour"),
        ({"category": "nonsense"}, "category"),
        ({"start": "soon"}, "start"),
        ({"start": "2027-01-02T20:00", "end": "2027-01-01T20:00"}, "end"),
        ({"start": "2027-01-02T20:00", "end": "2027-01-03"}, "end"),
        ({"place": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"}, "place"),
        ({"happening": "maybe"}, "happening"),
        ({"age_limit": "old enough"}, "age_limit"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_changed(api, event, body, field):
    answer = _patch(api, event, body)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert Event.objects.get().version == event.version


def test_nobody_else_changes_it_and_nobody_learns_what_there_is(api_of, event):
    assert _patch(Client(), event, {"title": "Mine"}).status_code == 401
    eve = api_of(make_person(email="eve@example.org", is_staff=False))
    assert _patch(eve, event, {"title": "Mine"}).status_code == 403
    assert _patch(eve, event, {"end": "2001-01-01T20:00"}).status_code == 403
    assert eve.delete(f"/api/v1/events/{event.pk}").status_code == 403
    unknown = eve.patch("/api/v1/events/0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", "{}", "application/json")
    assert unknown.status_code == 403
    assert Event.objects.get().title == "Owl Night"


def test_what_a_moderator_set_stays(api, event):
    edit(event.pk, {"title": "Right"}, by=make_staff())
    answer = _patch(api, event, {"title": "Wrong"})
    assert (answer.status_code, "a moderator set it" in answer.json()["detail"]) == (409, True)


def test_a_withdrawn_event_is_gone_and_says_why(api, event):
    read = api.get(f"/api/v1/events/{event.pk}")["ETag"]
    _patch(api, event, {"title": "Changed"})
    assert api.delete(f"/api/v1/events/{event.pk}", headers={"If-Match": read}).status_code == 412
    assert api.delete(f"/api/v1/events/{event.pk}").status_code == 204
    gone = Client().get(f"/api/v1/events/{event.pk}")
    assert (gone.status_code, gone.json()["detail"]) == (410, "its organizer withdrew it")
    assert api.delete(f"/api/v1/events/{event.pk}").status_code == 409
    assert Event.objects.get().publication == Publication.REMOVED
    assert Event.objects.get().happening == Happening.SCHEDULED


def _draft(owls: Organizer, **more: object) -> dict[str, object]:
    start = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT20:00")
    return {
        "organizer_id": str(owls.pk), "title": "Owl Ball", "start": start, "city": "bengaluru", "venue": "Blue Room", **more,
    }  # fmt: skip


def _tell(api: Client, body: object, key: str = ""):
    headers = {"Idempotency-Key": key} if key else None
    return api.post("/api/v1/events", json.dumps(body), "application/json", headers=headers)


def test_an_organizer_tells_of_an_event_once(api, ann, owls):
    make_city()
    body = _draft(owls)
    first, again = _tell(api, body, "a1"), _tell(api, body, "a1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert "/submit/" in first.json()["follow_url"]
    assert _tell(api, _draft(owls, title="Other"), "a1").status_code == 422
    kept = Payload.objects.get(run_id=first.json()["run"])
    assert b"Owls" in zlib.decompress(kept.content)
    assert SubmittedEvent.objects.count() == 1


def test_an_organizer_tells_of_a_series_with_access_and_capacity(api, owls):
    make_city()
    body = _draft(owls, rrule="FREQ=WEEKLY;COUNT=3", accessibility=["captions"], capacity=30)
    assert _tell(api, body).status_code == 202
    list(drain(submissions_source()))
    rows = list(Event.objects.order_by("start_at"))
    assert [row.start_at - rows[0].start_at for row in rows] == [timedelta(weeks=n) for n in range(3)]
    assert {(row.series_id, row.capacity) for row in rows} == {(rows[0].series_id, 30)}
    assert rows[0].accessibility.get("captions") is True
    for wrong, field in (({"rrule": "every day"}, "rrule"), ({"accessibility": ["x"]}, "accessibility")):
        refused = _tell(api, _draft(owls, **wrong))
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"].startswith(field)


def test_access_is_changed_and_locked(api, event):
    assert _patch(api, event, {"accessibility": ["wheelchair"]}).json()["accessibility"] == {
        "wheelchair": True
    }
    event.refresh_from_db()
    assert "accessibility" in event.locked_fields


def test_two_people_may_use_the_same_key(api, api_of, ann, owls):
    make_city()
    bob = make_person(email="bob@example.org", is_staff=False)
    OrganizerMember.objects.create(organizer=owls, user=bob, role="owner")
    assert _tell(api, _draft(owls), "k").status_code == 202
    assert _tell(api_of(bob), _draft(owls, title="Bob's Ball"), "k").status_code == 202


def test_only_a_team_tells_of_events_of_its_organizer(api, api_of, owls):
    assert _tell(Client(), _draft(owls)).status_code == 401
    OrganizerMember.objects.update(role="helper")
    refused = _tell(api, _draft(owls))
    assert (refused.status_code, "no team" in refused.json()["detail"]) == (403, True)
    unknown = _tell(api, {**_draft(owls), "organizer_id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"})
    assert (unknown.status_code, unknown.json()["detail"]) == (403, refused.json()["detail"])


@pytest.mark.parametrize("verification", ["unverified", "verified"])
def test_registration_is_opened_with_the_event_whoever_proved_what(api, owls, verification):
    Organizer.objects.update(verification=verification)
    make_city()
    more = {
        "registration_required": True, "capacity": 40, "most_guests": 2, "registration_closes": "2026-12-12T12:00:00Z",
        "questions": [{"label": "Diet?"}, {"label": "Shoes?", "required": True}],
    }  # fmt: skip
    assert _tell(api, _draft(owls, **more)).status_code == 202
    list(drain(submissions_source()))
    Event.objects.update(
        publication=Publication.APPROVED, published_at=timezone.now()
    )  # a moderator was quicker than the task
    assert finish_sent(now=timezone.now()) == 1
    setup = RegistrationSetup.objects.get()
    assert (setup.is_open, setup.capacity, setup.most_guests, setup.has_waitlist) == (True, 40, 2, True)
    assert [(one["label"], one["required"]) for one in setup.questions] == [
        ("Diet?", False),
        ("Shoes?", True),
    ]
    assert setup.closes_at is not None
    told = Client().get(f"/api/v1/events/{setup.event_id}").json()
    assert told["registration_required"] is True
    assert told["ticket_url"].endswith("/register/")
    # what its team told of itself is theirs to change and to cancel
    cancelled = _patch(api, setup.event, {"happening": "cancelled", "title": "Owl Ball, not this year"})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    looked_at = Review.objects.filter(kind="spot", object_id=setup.event_id).count()
    assert looked_at == (1 if verification == "unverified" else 0)


def test_more_places_than_a_registration_has_are_refused_by_name(api, owls, event):
    more = {"registration_required": True, "capacity": 100_001}
    for refused in (_tell(api, _draft(owls, **more)), _patch(api, event, more)):
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "capacity")
    assert _patch(api, event, {"capacity": 100_001}).status_code == 200, "an event may be larger"


def test_terms_that_no_registration_takes_hold_up_no_other_event(api, owls):
    """As an earlier version kept them: they are logged, and what was sent with them is finished."""
    make_city()
    assert _tell(api, _draft(owls, registration_required=True, capacity=40)).status_code == 202
    list(drain(submissions_source()))
    draft = WrittenEvent.objects.get()
    WrittenEvent.objects.update(said={**draft.said, "capacity": 700_000})
    assert finish_sent(now=timezone.now()) == 1
    assert not RegistrationSetup.objects.exists()


def test_each_date_of_a_new_series_closes_as_long_before_it_begins(api, owls):
    make_city()
    begins = (
        (timezone.now() + timedelta(days=9))
        .astimezone(INDIA)
        .replace(hour=20, minute=0, second=0, microsecond=0)
    )
    closes = (begins - timedelta(hours=3)).isoformat()
    more = {"rrule": "FREQ=WEEKLY;COUNT=3", "registration_required": True, "registration_closes": closes}
    assert _tell(api, _draft(owls, **more)).status_code == 202
    list(drain(submissions_source()))
    assert finish_sent(now=timezone.now()) == 1
    rows = RegistrationSetup.objects.select_related("event").order_by("event__start_at")
    assert [row.event.start_at - row.closes_at for row in rows] == [timedelta(hours=3)] * 3


def test_terms_of_registration_change_and_keep_what_is_not_said(api, event):
    assert _patch(api, event, {"most_guests": 1}).json()["errors"][0]["field"] == "most_guests"
    both = _patch(api, event, {"registration_required": True, "ticket_url": "https://tickets.example/"})
    assert [one["field"] for one in both.json()["errors"]] == ["ticket_url"]
    opened = _patch(
        api, event, {"registration_required": True, "capacity": 5, "questions": [{"label": "Diet?"}]}
    )
    assert (opened.status_code, opened.json()["registration_required"]) == (200, True)
    [before] = RegistrationSetup.objects.get().questions
    changed = _patch(api, event, {"capacity": 8, "questions": [{"label": "New?"}, {"label": "Diet?"}]})
    assert changed.status_code == 200
    setup = RegistrationSetup.objects.get()
    assert (setup.is_open, setup.capacity, setup.has_waitlist) == (True, 8, True)
    assert {one["label"]: one["id"] for one in setup.questions}["Diet?"] == before["id"]
    assert len({one["id"] for one in setup.questions}) == 2
    closed = _patch(api, event, {"registration_required": False})
    assert (closed.status_code, closed.json()["registration_required"]) == (200, False)
    assert RegistrationSetup.objects.get().is_open is False


def test_terms_without_a_registration_are_refused_with_the_event(api, owls):
    refused = _tell(api, _draft(owls, most_guests=2))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "most_guests")
    assert not WrittenEvent.objects.exists()
    assert _tell(api, _draft(owls, organizer="Hawks")).json()["errors"][0]["field"] == "organizer"


def test_another_date_is_told_with_the_form_filled_in(ann, owls, event):
    Event.objects.update(venue_name="Blue Room", publication=Publication.PENDING)
    page = f"/submit/?like={event.pk}"
    assert "Owl Night" not in Client().get(page).content.decode()
    own = Client()
    own.force_login(ann)
    html = own.get(page).content.decode()
    assert 'value="Owl Night"' in html
    assert 'value="Blue Room"' in html
    assert 'value="Owls"' in html
    assert f'?like={event.pk}"' in own.get(f"/organize/events/{event.pk}/").content.decode()
    assert own.get("/submit/?like=nonsense").status_code == 200
