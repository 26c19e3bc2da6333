"""The API takes a city by its old id and by a former slug wherever it takes one, and tells its slug."""

import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from accounts.tokens.families import start_family
from config.api.completing import operations
from digests.models import Subscription
from events.models import Event
from moderation.services.moderating import EventAction
from places.models import City
from realtime.feed.filters import read_filters
from realtime.feed.protocol.topics import read_topics
from saved_searches.models import SavedSearch
from sources.models import Pause, Payload
from tests.factories import make_area, make_city, make_event, make_staff
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
OLD = "ca--los-angeles"
NAMES = (OLD, "la", "los-angeles")
Api = Client


@pytest.fixture
def person() -> User:
    return make_staff()


@pytest.fixture
def api(person: User) -> Client:
    cache.clear()
    city = make_city(slug="los-angeles", legacy_id=OLD, timezone="America/Los_Angeles", former_slugs=["la"])
    make_area(slug="venice", city=city)
    return Client(headers={"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"})


@pytest.fixture
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )
    return found


def test_every_parameter_named_city_takes_it(
    api: Api, schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    make_event(title="Moonlit Jazz", city=City.objects.get())
    wrong, asked = [], 0
    for path, verb, operation in operations(schema):
        named = [row for row in operation.get("parameters", ()) if row["name"] == "city"]
        if verb != "get" or not (named or path.startswith("/api/v1/cities/{slug}")):
            continue
        asked += 1
        codes = {}
        for name in (*NAMES, "nowhere"):
            way = path.replace("{slug}", name)
            needed = {"q": "jazz"} if "search" in path and "facets" not in path else {}
            codes[name] = api.get(way, {**needed, **({"city": name} if named else {})}).status_code
        # nothing was scanned there, and nothing is known of its weather
        right = (404, 404) if path.endswith("/weather") else (200, 200)
        expected = {**dict.fromkeys(NAMES, right[0]), "nowhere": 400 if named else 404}
        if codes != expected:
            wrong.append((path, codes))
    assert wrong == []
    assert asked > 15


@pytest.mark.parametrize("name", NAMES)
def test_search_tells_the_slug(api: Api, name: str) -> None:
    make_event(title="Moonlit Jazz", city=City.objects.get())
    nested = api.post("/api/v1/search", {"q": "jazz", "filters": {"city": name}}, "application/json").json()
    assert nested["understood"]["filters"]["city"] == "los-angeles"
    assert nested["total"] == api.get("/api/v1/search", {"q": "jazz", "city": name}).json()["total"] == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "path",
    [
        "/{}/", "/{}/music/", "/{}.ics", "/{}/music.rss", "/{}/music.json", "/{}/map.geojson", "/{}/scan/", "/search?q=jazz&city={}",
        "/embed/?city={}", "/embed/list/?city={}", "/oembed?url=http://testserver/{}/", "/hi/{}/",
    ],
)  # fmt: skip
def test_pages_feeds_and_embedded_lists_take_it(api: Api, settings: Any, path: str, name: str) -> None:
    settings.SITE_URL = "http://testserver"
    make_event(title="Moonlit Jazz", city=City.objects.get(), start=timezone.now() + timedelta(hours=3))
    assert (
        api.get(path.format("nowhere"), follow=True).status_code in (400, 404)
        or "q=" in path
        or "embed/?" in path
    )
    answer = api.get(path.format(name), follow=True)
    assert answer.status_code == 200
    if not path.startswith(("/oembed", "/{}/map")):
        told = answer.content.decode()
        assert "Moonlit Jazz" in told or "los-angeles" in told
    if "embed/list" in path:
        assert "Moonlit Jazz" in answer.content.decode()


@pytest.mark.parametrize("kind", ["events:city:", "weather:", "scan:", "desk:queue:"])
def test_live_topics_and_filters_take_it(kind: str) -> None:
    assert read_topics([f"{kind}{OLD}", f"{kind}los-angeles"]) == (f"{kind}los-angeles",)
    wanted = read_filters({"city": OLD})
    assert wanted is not None
    assert wanted.city == "los-angeles"


def _subscribed() -> Any:
    return Subscription.objects.get().city.slug


def _webhook() -> Any:
    row = Endpoint.objects.get()
    assert row.conditions["city"] == "los-angeles"
    return row.conditions["city"]


def _saved() -> Any:
    row = SavedSearch.objects.select_related("conditions").get()
    assert row.query["city"] == "los-angeles"
    return row.conditions.wanted["city"]


@pytest.mark.parametrize(
    ("send", "path", "said", "kept"),
    [
        ("patch", "/api/v1/me", {}, lambda: User.objects.get().city),
        ("patch", "/api/v1/me/preferences", {}, None),
        ("post", "/api/v1/subscriptions", {"email": "vera@example.org"}, _subscribed),
        ("post", "/api/v1/me/saved-searches", {"name": "Jazz", "query.city": ""}, _saved),
        (
            "post",
            "/api/v1/me/webhooks",
            {"address": "https://hooks.example.org/in", "filter.city": ""},
            _webhook,
        ),
    ],
)
def test_writes_take_it_and_keep_the_slug(
    api: Client, send: str, path: str, said: dict[str, str], kept: Callable[[], Any] | None
) -> None:
    def body(city: str) -> dict[str, Any]:
        inner = next((name.partition(".")[0] for name in said if "." in name), "")
        plain = {name: value for name, value in said.items() if "." not in name}
        return {**plain, **({inner: {"city": city}} if inner else {"city": city})}

    answer = getattr(api, send)(path, body(OLD), "application/json")
    assert answer.status_code in (200, 201, 202), answer.content
    assert (kept() if kept is not None else answer.json()["city"]) == "los-angeles"
    assert getattr(api, send)(path, body("nowhere"), "application/json").status_code == 400


def test_a_city_is_paused_and_resumed_by_it(api: Client) -> None:
    said = {"scope": "city", "key": OLD}
    assert (
        api.post("/api/v1/admin/pipeline/pause", {**said, "reason": "quiet"}, "application/json").status_code
        == 200
    )
    assert Pause.objects.get().key == "los-angeles"
    assert api.post("/api/v1/admin/pipeline/resume", said, "application/json").json()["resumed"] is True


def test_a_submission_in_it_is_one_in_the_city(api: Api) -> None:
    said = {
        "title": "Jazz at Dusk", "start": "2026-12-01T20:00", "city": OLD, "venue": "The Blue Room",
        "description": "Jazz, all night long.",
    }  # fmt: skip
    answer = api.post("/api/v1/submissions", said, "application/json")
    assert answer.status_code == 202, answer.content
    kept = json.loads(zlib.decompress(Payload.objects.get().content))
    assert (kept["city"], kept["timezone"]) == (City.objects.get().name, "America/Los_Angeles")


def test_a_moderator_moves_an_event_there_by_it(api: Api) -> None:
    event = make_event(title="Moonlit Jazz", city=make_city())
    action = {
        "action": EventAction.EDIT.value, "event": str(event.pk), "version": event.version, "values": {"city": OLD},
    }  # fmt: skip
    answer = api.post("/api/v1/admin/events/moderate", {"actions": [action]}, "application/json").json()
    assert (answer["done"], answer["results"][0]["status"]) == (1, 200), answer
    assert Event.objects.get(pk=event.pk).city == City.objects.get(slug="los-angeles")


def test_a_discovery_takes_it(api: Api) -> None:
    def refused(city: str) -> tuple[int, list[str]]:
        answer = api.post("/api/v1/admin/discovery", {"cities": [city]}, "application/json")
        return answer.status_code, [row["field"] for row in answer.json().get("errors", ())]

    assert refused("nowhere") == (400, ["cities"])
    assert refused(OLD) == (409, [])  # no source is switched on there
    City.objects.filter(slug="los-angeles").update(name="Los Angeles", region="CA", country="US")
    assert refused("Los Angeles, CA") == refused("los angeles, us") == (409, [])
    assert refused("Los Angeles, TX") == (400, ["cities"])
