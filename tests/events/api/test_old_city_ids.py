"""The API takes a city by its old id and by a former slug wherever it takes one, and tells its slug."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens.families import start_family
from digests.models import Subscription
from sources.models import Pause
from tests.factories import make_area, make_city, make_staff

pytestmark = pytest.mark.django_db
OLD = "ca--los-angeles"


@pytest.fixture
def person() -> User:
    return make_staff()


@pytest.fixture
def api(person: User) -> Client:
    city = make_city(slug="los-angeles", legacy_id=OLD, timezone="America/Los_Angeles", former_slugs=["la"])
    make_area(slug="venice", city=city)
    return Client(headers={"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"})


@pytest.mark.parametrize("name", [OLD, "la", "los-angeles"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/events", "/api/v1/areas", "/api/v1/categories", "/api/v1/places", "/api/v1/events/trending",
        "/api/v1/search/facets", "/api/v1/me/events", "/api/v1/admin/sources",
    ],
)  # fmt: skip
def test_lists_take_it(api: Client, path: str, name: str) -> None:
    assert api.get(path, {"city": name}).status_code == 200
    assert api.get(path, {"city": "nowhere"}).status_code == 400


def _subscribed() -> Any:
    return Subscription.objects.get().city.slug


@pytest.mark.parametrize(
    ("send", "path", "said", "kept"),
    [
        ("patch", "/api/v1/me", {}, lambda: User.objects.get().city),
        ("patch", "/api/v1/me/preferences", {}, None),
        ("post", "/api/v1/subscriptions", {"email": "vera@example.org"}, _subscribed),
    ],
)
def test_writes_take_it_and_keep_the_slug(
    api: Client, send: str, path: str, said: dict[str, str], kept: Callable[[], Any] | None
) -> None:
    answer = getattr(api, send)(path, {**said, "city": OLD}, "application/json")
    assert answer.status_code in (200, 202), answer.content
    assert (kept() if kept is not None else answer.json()["city"]) == "los-angeles"
    assert getattr(api, send)(path, {**said, "city": "nowhere"}, "application/json").status_code == 400


def test_a_city_is_paused_and_resumed_by_it(api: Client) -> None:
    said = {"scope": "city", "key": OLD}
    assert (
        api.post("/api/v1/admin/pipeline/pause", {**said, "reason": "quiet"}, "application/json").status_code
        == 200
    )
    assert Pause.objects.get().key == "los-angeles"
    assert api.post("/api/v1/admin/pipeline/resume", said, "application/json").json()["resumed"] is True
