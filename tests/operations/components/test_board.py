"""Each component: its state, since when, and what to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now
from redis.exceptions import ConnectionError as RedisConnectionError

from egress.factory import open_valkey
from operations.components import board, outward, stores, work
from operations.enums import State
from operations.measures import kept
from operations.measures.queues import Waits
from operations.models import ComponentState, Heartbeat
from realtime.connections.registry import HubStats, open_registry
from sources.enums import Health
from tests.factories import make_city, make_event, make_person, make_source

pytestmark = pytest.mark.django_db
API = "/api/v1/admin/pipeline/health"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_hubs() -> Iterator[None]:
    hubs = f"{settings.CACHES['default']['KEY_PREFIX']}:live:hubs"
    open_valkey().delete(hubs)
    yield
    open_valkey().delete(hubs)


def states() -> dict[str, State]:
    return {one.name: one.state for one in board.look(now=now())}


def test_the_api_has_every_component_with_a_remedy_where_it_is_ill(client: Client) -> None:
    make_source(slug="a", type="rss", is_active=True, health=Health.FAILING)
    client.force_login(make_person(rights=["sources.view_fetchrun"]))
    body = client.get(API).json()
    found = {one["name"]: one for one in body["components"]}
    assert set(found) == {
        "database", "replica", "valkey", "queues", "beat", "crawler", "models", "disk", "mail", "live", "sources:rss",
    }  # fmt: skip
    assert (body["state"], found["database"]["state"], found["beat"]["state"]) == ("down", "ok", "unknown")
    assert found["live"]["state"] == "ok"  # no reader, and no hub that is missed
    assert all(one["remedy"] for one in found.values() if one["state"] in ("degraded", "down", "unknown"))
    assert all(not one["remedy"] for one in found.values() if one["state"] == "ok")


def test_since_stays_until_the_state_changes() -> None:
    moment = now()
    Heartbeat.objects.create(first_at=moment, last_at=moment)
    board.write_down(now=moment)
    board.write_down(now=moment + MINUTE)
    assert ComponentState.objects.get(name="beat").since == moment
    board.write_down(now=moment + 9 * MINUTE)
    row = ComponentState.objects.get(name="beat")
    assert (row.state, row.since) == ("down", moment + 9 * MINUTE)
    assert {one.name: one.since for one in board.components(now=moment + 11 * MINUTE)}["beat"] == row.since


def test_a_class_of_sources_is_ill_when_half_of_it_is_and_goes_with_its_last_source() -> None:
    for number, health in enumerate((Health.HEALTHY, Health.HEALTHY, Health.FAILING)):
        make_source(slug=f"r{number}", type="rss", is_active=True, health=health)
    ill = make_source(slug="i", type="ical", is_active=True, health=Health.REFUSED)
    found = {one.name: one.state for one in outward.sources(now=now())}
    assert found == {"sources:rss": State.OK, "sources:ical": State.DOWN}
    board.write_down(now=now())
    ill.delete()
    board.write_down(now=now())
    assert not ComponentState.objects.filter(name="sources:ical").exists()


@pytest.mark.parametrize(("waited", "state"), [(10, State.OK), (400, State.DEGRADED), (4000, State.DOWN)])
def test_the_oldest_message_decides_for_the_queues(
    waited: float, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "waits", lambda: {"fetch": Waits(900, 1.0), "process": Waits(1, waited)})
    assert work.queues(now=now()).state is state


@pytest.mark.parametrize(("free", "state"), [(50, State.OK), (8, State.DEGRADED), (1, State.DOWN)])
def test_the_disk_is_full_before_it_is(free: int, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        total = 100

    Usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr(stores.shutil, "disk_usage", lambda _: Usage)
    assert stores.disk(now=now()).state is state


def test_the_live_feed_is_down_without_reports_unless_the_installation_has_just_started() -> None:
    moment = now()
    _hub_that_died(now=moment)
    for ago in (0, 1):
        kept.keep({}, now=moment - ago * MINUTE)
    assert outward.live(now=moment).state is State.UNKNOWN
    kept.keep({}, now=moment - 3 * MINUTE)
    assert outward.live(now=moment).state is State.DOWN
    assert outward.live(now=moment + 9 * MINUTE).state is State.UNKNOWN  # it stood still, and starts again


def _hub_that_died(*, now: datetime) -> None:
    """One that reported, and did not sign off."""
    open_registry().report("killed", HubStats(), {}, now=now.timestamp())
    open_valkey().delete(f"{settings.CACHES['default']['KEY_PREFIX']}:live:hub:killed")


def test_the_live_feed_without_any_reader_is_well() -> None:
    """Its hub starts with the first reader, and one that signs off is not missed: a quiet site alerts nobody."""
    moment, registry = now(), open_registry()
    kept.keep({}, now=moment - 3 * MINUTE)
    assert outward.live(now=moment).state is State.OK
    registry.report("first", HubStats(), {}, now=moment.timestamp())
    registry.forget("first")
    assert outward.live(now=moment).state is State.OK


def test_events_without_a_vector_for_long_mean_that_the_models_do_not_work() -> None:
    cache.delete("dashboard:vectors")
    make_event(publication="approved")
    assert work.models(now=now()).state is State.OK
    assert work.models(now=now() + timedelta(hours=1)).state is State.DEGRADED


def test_without_valkey_the_rest_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise RedisConnectionError("no")

    monkeypatch.setattr(stores, "open_valkey", away)
    found = states()
    assert (found["valkey"], found["database"], found["disk"]) == (State.DOWN, State.OK, State.OK)


def test_a_moderator_of_one_city_does_not_see_it(client: Client) -> None:
    client.force_login(make_person(rights=["sources.view_fetchrun"], cities=[make_city()]))
    assert client.get(API).status_code == 403
