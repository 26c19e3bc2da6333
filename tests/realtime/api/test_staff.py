"""The staff's view of the feed, broadcasts, watcher counts, and metrics."""

import secrets

import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings as configured
from django.test import Client

from audit.enums import Action
from audit.models import Entry, Note
from audit.queries import names_of
from config import feed_metrics
from outbox.models import Change
from realtime.api import staff as api
from realtime.connections import manager as manager
from realtime.connections import presence
from realtime.connections.manager import current_manager
from realtime.connections.registry import EXPIRY, HubRegistry, HubStats
from tests.factories import make_person
from tests.realtime.clients import commit, listening

ALL, GOA = "events:all", "events:city:goa"
TOPICS, BROADCAST = "/api/v1/admin/live/topics", "/api/v1/admin/live/broadcast"


@pytest.fixture
def registry(monkeypatch):
    """The real Valkey, with a prefix for this test."""
    prefix = f"test:{secrets.token_hex(6)}:"
    with redis.Redis.from_url(configured.REDIS_URL) as client:
        held = HubRegistry(client, prefix=prefix)
        for module in (api, manager, feed_metrics):
            monkeypatch.setattr(module, "open_registry", lambda: held)
        yield held
        for key in client.scan_iter(prefix + "*"):
            client.delete(key)


@pytest.fixture
def staff(db):
    return signed_in()


def signed_in(*rights):
    client = Client()
    person = make_person(
        email="desk@example.com", rights=(rights or ("outbox.view_change", "outbox.broadcast_change"))
    )
    client.force_login(person)
    return client


def test_readers_of_all_processes_are_added_up(staff, registry):
    registry.report(
        "one", HubStats(connections={"websocket": 3}, topics={ALL: 2, GOA: 1, "user:me": 1}), {}, now=1000
    )
    registry.report("two", HubStats(connections={"sse": 1}), {}, now=1000)
    registry.report("publisher", HubStats(connections={"engine": 7}, topics={ALL: 1}), {}, now=1000)
    assert staff.get(TOPICS).json() == {
        "processes": 2,
        "connections": {"websocket": 3, "sse": 1, "poll": 0, "engine": 7},
        "total": 3,
        "topics": [
            {"topic": ALL, "readers": 3},
            {"topic": GOA, "readers": 1},
            {"topic": "user:me", "readers": 1},
        ],
    }
    assert staff.get(f"{TOPICS}?q=events:city:&limit=5").json()["topics"] == [{"topic": GOA, "readers": 1}]
    assert staff.get(f"{TOPICS}?limit=0").status_code == 400


def test_a_process_that_reports_no_more_is_gone(registry):
    registry.report("one", HubStats(topics={ALL: 1}), {}, now=1000)
    registry.report("two", HubStats(topics={ALL: 5}), {}, now=1000 + EXPIRY + 1)
    assert [stats.topics for stats in registry.hub_stats()] == [{ALL: 5}]
    registry.forget("two")
    assert registry.hub_stats() == []


def test_nobody_may_who_is_not_signed_in(client, db):
    assert (
        client.get(TOPICS).status_code,
        client.post(BROADCAST, {"message": "x"}, "application/json").status_code,
    ) == (401, 401)


def test_a_broadcast_asks_for_its_permission(db, registry):
    desk = signed_in("outbox.view_change")
    refused = desk.post(BROADCAST, {"message": "x"}, "application/json")
    assert (refused.status_code, refused.json()["right"]) == (403, "outbox.broadcast_change")
    assert not Entry.objects.filter(action=Action.NOTICE_SENT).exists()
    assert not Change.objects.filter(type="system.notice").exists()
    assert desk.get(TOPICS).status_code == 200


def test_without_valkey_it_says_so(staff, monkeypatch):
    def away():
        raise redis.ConnectionError

    monkeypatch.setattr(api, "open_registry", away)
    assert staff.get(TOPICS).status_code == 503


@pytest.mark.parametrize(
    "body", [{}, {"message": ""}, {"message": "x" * 501}, {"message": "x", "level": "loud"}, {"message": "x", "topics": ["nothing"]},
             {"message": "x", "topics": ["user:me"]}, {"message": "x", "minutes": 0}],
)  # fmt: skip
def test_what_cannot_be_broadcast_is_a_problem(staff, body):
    response = staff.post(BROADCAST, body, "application/json")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert not Entry.objects.filter(action=Action.NOTICE_SENT).exists()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_notice_reaches_all_readers_and_those_who_come_back_and_is_audited(over, hub):
    client = await listening(over, GOA, filters={"category": "music"})
    desk = await sync_to_async(signed_in)()
    response = await sync_to_async(desk.post)(
        BROADCAST, {"message": "Back at nine", "level": "warning"}, "application/json"
    )
    assert response.status_code == 201
    frame = await client.frame()
    assert (frame["type"], frame["topic"], frame["topics"], frame["offset"]) == (
        "system.notice",
        "system",
        ["system"],
        2,  # the first change tells the operator's own clients of the sign-in
    )
    assert (frame["data"]["message"], frame["data"]["level"], frame["data"]["until"]) == (
        "Back at nine",
        "warning",
        response.json()["until"],
    )
    again = await listening(over, GOA, epoch=hub.epoch, after=0)
    assert await again.frame() == frame
    entry = await Entry.objects.aget(action=Action.NOTICE_SENT)
    assert (await Note.objects.aget(entry_id=entry.pk)).text == "Back at nine"
    assert (await sync_to_async(names_of)([entry.actor]))[entry.actor] == "desk@example.com"
    for each in (client, again):
        await each.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_notice_to_some_topics_reaches_their_readers_alone(over, hub):
    goa, other = await listening(over, GOA), await listening(over, "events:city:pune")
    desk = await sync_to_async(signed_in)()
    await sync_to_async(desk.post)(BROADCAST, {"message": "Rain in Goa", "topics": [GOA]}, "application/json")
    await commit("events:city:pune")
    assert (await goa.frame())["data"]["message"] == "Rain in Goa"
    assert (await other.frame())["offset"] == 3
    for each in (goa, other):
        await each.close()


@pytest.mark.parametrize(
    ("count", "reported"),
    [(0, 0), (4, 0), (5, 5), (9, 5), (99, 95), (100, 100), (119, 110), (1234, 1200), (10_999, 10_000)],
)
def test_how_many_watch_is_rounded(count, reported):
    assert presence.rounded(count) == reported


def test_only_what_differs_is_told_again():
    reported = presence.Presence()
    assert reported.news({GOA: 7, ALL: 100, "events:city:pune": 2}) == {GOA: 5}
    assert reported.news({GOA: 8}) == {}
    assert reported.news({GOA: 12}) == {GOA: 10}
    assert reported.of(GOA) == 10
    assert reported.news({}) == {GOA: 0}


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_readers_hear_how_many_watch_over_all_processes(over, hub, registry):
    client = await listening(over, GOA)
    desk = await current_manager()
    await sync_to_async(registry.report)("other", HubStats(topics={GOA: 11}), {}, now=2e9)
    await desk.report()
    frame = await client.frame()
    assert (frame["type"], frame["topic"], frame["offset"], frame["data"]) == (
        "presence",
        GOA,
        hub.offset,
        {"watching": 10},
    )
    newcomer = await listening(over, GOA)
    assert (await newcomer.frame())["data"] == {"watching": 10}
    await desk.report()
    await commit(GOA)
    assert (await client.frame())["offset"] == 1
    for each in (client, newcomer):
        await each.close()


async def test_the_report_counts_and_prometheus_reads_it(hub, registry):
    first = await listening("websocket", ALL)
    await commit(ALL)
    assert (await first.frame())["offset"] == 1
    second = await listening("sse", GOA, epoch=hub.epoch, after=0)
    third = await listening("websocket", GOA, epoch="other", after=0)
    third.say({"type": "shout"})
    assert await third.refusal() == "type"
    await (await current_manager()).report()
    found = await sync_to_async(_samples)()
    assert found["nocturne_live_connections", "websocket"] == 2
    assert found["nocturne_live_connections", "sse"] == 1
    assert found["nocturne_live_messages_total",] == found["nocturne_live_frames_total",] == 1
    assert [
        found["nocturne_live_resumes_total", outcome] for outcome in ("fresh", "recovered", "not_recovered")
    ] == [1, 1, 1]
    assert found["nocturne_live_refused_total", "type"] == 1
    assert (
        found["nocturne_outbox_unnumbered",],
        found["nocturne_outbox_number",],
        found["nocturne_outbox_behind",],
    ) == (0, 1, 0)
    for each in (first, second, third):
        await each.close()


def _samples():
    families = [*feed_metrics.live(), *feed_metrics.outbox()]
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db(transaction=True)
def test_what_nobody_numbered_is_lag(registry):
    from tests.realtime.clients import write

    write(ALL, hook=False)
    found = _samples()
    assert found["nocturne_outbox_unnumbered",] == 1
    assert found["nocturne_outbox_lag_seconds",] > 0
