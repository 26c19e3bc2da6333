"""What the fuzzer found once (docs/api-fuzzing.md): what the schema says of such a request, and what the server answers, are the same.

Findings that need a world of their own have their test there: drafts with too many places, pictures, saved searches.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import jsonschema
import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.keys import holding
from accounts.models import User
from accounts.tokens.families import start_family
from events.models import Organizer, OrganizerMember
from insights.models import Anomaly
from organizers.pictures_api import PictureWords
from tests.factories import make_city, make_event, make_place, make_staff
from tests.insights.anomalies.world import facts

pytestmark = pytest.mark.django_db
_SIGNS: Final = "\x01\x02"
_MANY: Final = ",".join(["a"] * 31)


@lru_cache(maxsize=1)
def _schema() -> Any:
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


def _fits(verb: str, path: str, body: Any) -> bool:
    """Whether the schema takes the body."""
    operation = _schema()["paths"][path][verb]
    described = operation["requestBody"]["content"]["application/json"]["schema"]
    checker = jsonschema.Draft202012Validator({**described, "components": _schema()["components"]})
    return bool(checker.is_valid(body))


@pytest.fixture
def ids() -> dict[str, str]:
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    event = make_event(organizer=owls)
    person = make_staff()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    OrganizerMember.objects.create(organizer=owls, user=person, role="owner")
    anomaly = Anomaly.objects.create(**facts())
    return {
        "{event_id}": str(event.pk),
        "{place_id}": str(make_place().pk),
        "{anomaly_id}": str(anomaly.pk),
        "person": str(person.pk),
    }


@pytest.fixture
def api(ids: dict[str, str], settings: Any) -> Iterator[Client]:
    settings.API_RATE_LIMIT = 0
    cache.clear()
    person = OrganizerMember.objects.get().user
    yield Client(headers={"Authorization": f"Bearer {start_family(person, methods=('pwd', 'otp')).access}"})
    cache.clear()


@pytest.mark.parametrize(
    ("verb", "path", "body", "field"),
    [
        ("post", "/api/v1/auth/logout", {"refresh": _SIGNS}, "refresh"),
        ("post", "/api/v1/auth/register", {"email": 5, "password": "gulls over the harbour"}, "email"),
        ("post", "/api/v1/admin/live/broadcast", {"message": _SIGNS}, "message"),
        ("post", "/api/v1/admin/curate", {"texts": [{"id": "1", "title": _SIGNS}]}, "title"),
        ("post", "/api/v1/admin/pipeline/resume", {"scope": "city", "key": 5}, "key"),
        ("patch", "/api/v1/admin/analytics/anomalies/{anomaly_id}", {}, "was_right"),
        ("post", "/api/v1/admin/validate", {}, "content"),
        ("post", "/api/v1/admin/validate", {"events": []}, "events"),
        ("post", "/api/v1/admin/validate", {"content": "x", "events": [{}]}, "content"),
        ("patch", "/api/v1/me", {"name": 5}, "name"),
        ("patch", "/api/v1/me/preferences", {"city": 5}, "city"),
        ("patch", "/api/v1/me/notices", {}, "read"),
        ("patch", "/api/v1/me/notices", {"read": False}, "read"),
        ("patch", "/api/v1/me/notices/settings", {}, "kinds"),
        ("patch", "/api/v1/me/notices/settings", {"kinds": {"follow": {"mail": 0.0}}}, "kinds"),
        ("patch", "/api/v1/me/insights", {}, "agreed"),
        ("post", "/api/v1/me/webhooks", {"address": "https://example.org/hook", "types": []}, "types"),
        ("post", "/api/v1/search", {"q": "jazz", "explain": None}, "explain"),
        ("post", "/api/v1/search", {"q": "jazz", "filters": {"tag": None}}, "tag"),
        ("post", "/api/v1/subscriptions", {"email": "ann@example.org"}, "city"),
        ("post", "/api/v1/places/{place_id}/status", {"openness": "unknown"}, ""),
        ("patch", "/api/v1/events/{event_id}", {"title": ""}, "title"),
        ("patch", "/api/v1/events/{event_id}", {"title": _SIGNS}, "title"),
        ("patch", "/api/v1/events/{event_id}", {"language": "x" * 13}, "language"),
    ],
)
def test_what_the_schema_refuses_the_server_refuses(
    api: Client, ids: dict[str, str], verb: str, path: str, body: Any, field: str
) -> None:
    assert not _fits(verb, path, body)
    address = path
    for name, value in ids.items():
        address = address.replace(name, value)
    answer = api.generic(verb.upper(), address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.content
    named = [error["field"] for error in answer.json().get("errors", [])]
    assert any(field in one for one in named), named


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/events?status=,,,", "status"),
        (f"/api/v1/events?tag={_MANY}", "tag"),
        ("/api/v1/events?bbox=77,13,78,12", "bbox"),
        ("/api/v1/search?q=ab", "q"),
        ("/api/v1/admin/analytics/events?window=day&by=hour", "by"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_by_the_parameter(
    api: Client, address: str, field: str
) -> None:
    answer = api.get(address)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, [field])


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/events?venue=",
        "/api/v1/search/facets?venue=",
        "/api/v1/admin/runs?discovery=",
        "/api/v1/search?q=jazz&lat=5e-324&lng=0",
    ],
)
def test_an_empty_id_and_the_smallest_number_are_taken(api: Client, address: str) -> None:
    assert api.get(address).status_code == 200


def test_a_state_is_409_not_a_wrong_request(api: Client) -> None:
    make_city()
    body = {"cities": ["bengaluru"]}
    answer = api.post("/api/v1/admin/discovery", body, content_type="application/json")
    assert answer.status_code == 409, answer.content


def test_as_many_keys_as_an_account_may_have_are_a_conflict(
    ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MOST", 0)
    person = User.objects.get(pk=ids["person"])
    person.set_password("gulls over the harbour")
    person.save()
    api = Client(headers={"Authorization": f"Bearer {start_family(person, methods=('pwd', 'otp')).access}"})
    body = {"name": "calendar", "scopes": ["me:read"], "password": "gulls over the harbour"}
    answer = api.post("/api/v1/me/keys", body, content_type="application/json")
    assert answer.status_code == 409, answer.content
    assert "at most 0" in answer.json()["detail"]


def test_a_picture_needs_words_that_one_can_read() -> None:
    (path,) = (path for path in _schema()["paths"] if path.endswith("/pictures/{picture_id}"))
    (verb,) = (verb for verb in ("patch", "put", "post") if verb in _schema()["paths"][path])
    assert not _fits(verb, path, {"alt": _SIGNS * 2})
    assert PictureWords(data={"alt": "Two dancers"}).is_valid()
    unread = PictureWords(data={"alt": _SIGNS * 2})
    assert not unread.is_valid()
    assert unread.errors["alt"][0].code == "blank"


@pytest.mark.parametrize("words", ["rाा", "का", "ज"])
def test_signs_of_vowels_are_letters_of_a_search(client: Client, words: str) -> None:
    assert client.get("/api/v1/places", {"q": words}).status_code == 200


@pytest.mark.parametrize("words", ["्््", "️️️", "́́", "r्", "--"])
def test_what_no_name_keeps_is_no_letter_of_a_search(client: Client, words: str) -> None:
    answer = client.get("/api/v1/places", {"q": words})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, ["q"])
