"""Pictures of a team's event through the API: the doors of the page, with the same bounds."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.limits import PICTURES
from accounts.tokens.families import start_family
from events.models import Event, EventImage, Organizer, OrganizerMember
from events.services.own_pictures import MOST_PICTURES
from tests.events.services.test_own_pictures import ALT, _png
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db
ONE = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def event() -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    for role in ("editor", "helper"):
        person = make_person(email=f"{role}@example.org", is_staff=False)
        OrganizerMember.objects.create(organizer=owls, user=person, role=role)
    return make_event(title="Owl Night", start=timezone.now() + timedelta(days=5), organizer=owls)


@pytest.fixture
def api(event) -> Client:
    return _api("editor")


def _api(role: str) -> Client:
    person = OrganizerMember.objects.get(role=role).user
    return Client(headers={"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"})


def _sent(**more):
    return {"picture": SimpleUploadedFile("owl.png", _png(**more), "image/png"), "alt": ALT, "focus": "0"}


def _put(api, address, body="{}"):
    return api.put(address, body, content_type="application/json")


def test_pictures_are_added_shown_first_described_and_removed(api, event):
    address = f"/api/v1/events/{event.pk}/pictures"
    first = api.post(address, _sent())
    made = first.json()
    assert (first.status_code, first["Location"]) == (201, f"{address}/{made['id']}")
    assert (made["alt"], made["width"], made["height"], made["is_first"]) == (ALT, 400, 225, True)
    second = api.post(address, _sent(color="green")).json()
    assert [one["id"] for one in api.get(address).json()["results"]] == [second["id"], made["id"]]
    shown = _put(api, f"{address}/{made['id']}", '{"alt": "Four owls in the sun"}')
    assert (shown.status_code, shown.json()["is_first"], shown.json()["alt"]) == (
        200,
        True,
        "Four owls in the sun",
    )
    assert _put(api, f"{address}/{made['id']}").json() == shown.json()
    assert api.delete(f"{address}/{made['id']}").status_code == 204
    assert [one["is_first"] for one in api.get(address).json()["results"]] == [True]
    assert api.delete(f"{address}/{made['id']}").status_code == 404
    assert _put(api, f"{address}/{ONE}").status_code == 404


def test_the_same_request_sent_again_adds_it_once(api, event):
    for _ in range(2):
        answer = api.post(f"/api/v1/events/{event.pk}/pictures", _sent(), headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer["Idempotency-Replayed"], EventImage.objects.count()) == (
        201,
        "true",
        1,
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [({"alt": ""}, "alt"), ({"alt": "ok"}, "alt"), ({"focus": "101"}, "focus"), ({"picture": b"no"}, "picture"), ({"picture": None}, "picture")],
)  # fmt: skip
def test_an_error_names_its_field(api, event, more, field):
    body = {**_sent(), **more}
    if isinstance(body["picture"], bytes):
        body["picture"] = SimpleUploadedFile("owl.png", body["picture"], "image/png")
    answer = api.post(f"/api/v1/events/{event.pk}/pictures", {k: v for k, v in body.items() if v is not None})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, [field])


def test_what_is_too_large_is_refused_by_its_length_and_json_has_no_picture(api, event):
    address = f"/api/v1/events/{event.pk}/pictures"
    assert api.post(address, _sent(), headers={"Content-Length": str(14 * 1024**2)}).status_code == 413
    assert api.post(address, "{}", content_type="application/json").status_code == 400


def test_of_too_many_the_next_is_refused(api, event):
    for number in range(MOST_PICTURES):
        address = f"https://x.example/{number}"
        EventImage.objects.create(event=event, source_url=address, url=address, is_own=True, state="stored")
    assert api.post(f"/api/v1/events/{event.pk}/pictures", _sent()).status_code == 409
    for _ in range(PICTURES.limit):
        refused = api.post(f"/api/v1/events/{event.pk}/pictures", _sent())
    assert (refused.status_code, "Retry-After" in refused) == (429, True)


def test_a_helper_may_not(event):
    address = f"/api/v1/events/{event.pk}/pictures"
    api = _api("helper")
    assert [api.get(address).status_code, api.post(address, _sent()).status_code] == [403, 403]
    assert [_put(api, f"{address}/{ONE}").status_code, api.delete(f"{address}/{ONE}").status_code] == [
        403,
        403,
    ]


def test_the_schema_says_that_a_picture_is_bytes() -> None:
    found = SchemaGenerator().get_schema(request=None, public=True)
    sent = found["components"]["schemas"]["PictureSent"]["properties"]["picture"]
    assert (sent["type"], sent["format"]) == ("string", "binary")
