"""Readers read from a streaming replica while it has replayed what they must see, and from the primary otherwise."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connections, router, transaction
from django.test import Client, RequestFactory
from django.utils.timezone import now
from psycopg.errors import QueryCanceled
from pytest_django import DjangoDbBlocker, Settings

from events.models import Event
from operations.components import stores
from operations.enums import State
from outbox import replica
from outbox.renderings import changed, readers
from outbox.renderings.changed import CHANGED, void_all
from outbox.renderings.kept import RENDERINGS
from outbox.services import number_changes
from tests.factories import EVENING, announce, make_categories, make_city, make_event
from tests.realtime.chaos.house import _source_url
from tests.replication import Pair, pair

pytestmark = pytest.mark.django_db
PAGE = "/bengaluru/"


@pytest.fixture(scope="module")
def servers(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Pair]:
    with django_db_blocker.unblock():
        source = _source_url()
    with pair(source) as found:
        yield found


@pytest.fixture
def two(
    servers: Pair,
    db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Pair]:
    """This process works on the primary, as a web process with DATABASE_REPLICA_URL does, and keeps pages."""
    settings.PAGE_CACHE = True
    with django_db_blocker.unblock():
        old = connections["default"]
        primary, second = old.copy(), old.copy(replica.ALIAS)
        for wrapper, server in ((primary, servers.primary), (second, servers.replica)):
            wrapper.settings_dict["NAME"] = "nocturne"
            wrapper.settings_dict["HOST"] = ""
            wrapper.settings_dict["OPTIONS"] |= {"host": str(server.sockets)}
        monkeypatch.setitem(settings.DATABASES, replica.ALIAS, second.settings_dict)
        monkeypatch.setitem(connections.settings, replica.ALIAS, second.settings_dict)
        monkeypatch.setattr(router, "routers", [replica.Router()])
        connections["default"], connections[replica.ALIAS] = primary, second
        replica.REST.end()
        RENDERINGS.clear()
        void_all()
        monkeypatch.setattr(changed, "LOOK_SECONDS", 0.0)  # each request looks
        try:
            yield servers
        finally:
            for wrapper in (primary, second):
                wrapper.close()
            connections["default"] = old
            del connections[replica.ALIAS]
            RENDERINGS.clear()
            void_all()


@pytest.fixture
def event(two: Pair) -> Iterator[Event]:
    make_categories()
    found: Event = make_event(title="Moonlit Jazz", start=EVENING, city=make_city(slug="bengaluru"))
    two.catch_up()
    yield found
    two.run_at_replica("SELECT pg_wal_replay_resume()")
    two.run("SET session_replication_role = replica; TRUNCATE events_event, outbox_change CASCADE")


def renamed(event: Event, title: str) -> None:
    """As a service of another process does: the row, the change, the number."""
    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(title=title)
        announce(event, kind="event.changed")
    number_changes()


def read(path: str = PAGE, client: Client | None = None, **headers: str) -> tuple[str, str, Any]:
    """Where the answer was read, what the page cache said of it, and the answer. Each test client is in a network of its own."""
    answer = (client or Client()).get(path, headers=headers, REMOTE_ADDR=f"10.1.{uuid4().int % 250}.7")
    assert answer.status_code == 200, answer.content[:500]
    return getattr(answer.wsgi_request, "read_from", ""), answer.get("X-Cache", ""), answer


def read_caught_up(two: Pair, path: str = PAGE, client: Client | None = None) -> tuple[str, str, Any]:
    """`read`, when the replica has replayed all. The primary's own work, as on statistics, may lengthen its log in between:
    then it is read again."""
    for _ in range(5):
        two.catch_up()
        found = read(path, client)
        if found[0] != "primary:behind":
            break
        RENDERINGS.clear()
        void_all()
    return found


def test_pages_lists_search_and_the_api_are_read_from_the_replica(two: Pair, event: Event) -> None:
    paths = [PAGE, "/search?q=moonlit", event.get_absolute_url(), "/bengaluru.ics", "/api/v1/events?city=bengaluru",
             "/api/v1/search?q=moonlit", f"/api/v1/events/{event.pk}", "/"]  # fmt: skip
    for path in paths:
        where, kept, answer = read_caught_up(two, path)
        assert (where, kept) == ("replica", "miss"), path
        assert path == "/" or b"Moonlit Jazz" in answer.content, path
        assert read(path)[1] == "hit", path
    [(there,)] = two.run_at_replica("SELECT xact_commit FROM pg_stat_database WHERE datname = 'nocturne'")
    assert there


def test_a_replica_that_lags_gets_nothing_to_keep_and_serves_again_when_it_has_caught_up(
    two: Pair, event: Event
) -> None:
    assert read_caught_up(two)[0] == "replica"
    two.pause()
    renamed(event, "Sunlit Jazz")
    where, kept, answer = read()
    assert (where, kept) == ("primary:behind", "miss")
    assert b"Sunlit Jazz" in answer.content
    where, kept, answer = read()
    assert (where, kept) == ("", "hit")
    assert b"Sunlit Jazz" in answer.content
    two.run_at_replica("SELECT pg_wal_replay_resume()")
    two.catch_up()
    renamed(event, "Starlit Jazz")
    where, kept, answer = read_caught_up(two)
    assert (where, kept) == ("replica", "miss")
    assert b"Starlit Jazz" in answer.content
    # the page says up to which change it shows: a reader resumes from there
    assert f'data-live-offset="{CHANGED.number}"' in answer.text


def test_what_staff_change_outside_of_the_outbox_is_not_kept_from_before(two: Pair, event: Event) -> None:
    assert "Bengaluru" in read()[2].text
    two.pause()
    event.city.name = "Bangalore"
    event.city.save()
    void_all()
    where, _, answer = read()
    assert where == "primary:behind"
    assert "Bangalore" in answer.text


def test_who_has_just_written_reads_what_they_wrote(two: Pair, event: Event) -> None:
    writer = Client()
    writer.cookies["sessionid"] = "a" * 32
    assert read_caught_up(two, client=writer)[0] == "replica"  # a session alone needs nothing newer
    two.pause()
    reached = CHANGED.reached()
    two.run("CREATE TABLE written (); DROP TABLE written")  # what the request writes
    writer.post("/api/v1/search", "{}", content_type="application/json", REMOTE_ADDR="10.9.9.9")
    request = RequestFactory().get(PAGE)
    for of_writer in (True, False):
        from config.own_writes import _after

        asked = RequestFactory().get(PAGE, REMOTE_ADDR="10.9.9.9" if of_writer else "10.9.9.8")
        request.reads_after = lambda asked=asked: _after(asked)
        readers.for_reader(request, lambda: None, begun=reached)
        assert request.read_from == ("primary:wrote" if of_writer else "replica")
    assert read(client=writer)[0].startswith("primary")


def test_a_page_that_says_what_it_saw_gets_nothing_older(two: Pair, event: Event) -> None:
    signed_in = Client()
    signed_in.cookies["sessionid"] = "b" * 32
    assert read(client=signed_in, **{"Live-After": "first-1"})[0] == "primary:wrote"


def test_without_valkey_nobody_knows_who_wrote(
    two: Pair, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = RequestFactory().get(PAGE)
    request.reads_after = lambda: None
    CHANGED.look()
    readers.for_reader(request, lambda: None)
    assert request.read_from == "primary:wrote"


def test_within_a_transaction_and_after_a_write_the_primary_is_read(two: Pair) -> None:
    with replica.reading_there():
        assert Event.objects.all().db == replica.ALIAS
        assert connections["default"].get_autocommit()
        with transaction.atomic():
            assert Event.objects.all().db == "default"
        assert router.db_for_write(Event) == "default"
        assert Event.objects.all().db == "default"
    assert Event.objects.all().db == "default"


def test_a_replica_that_is_gone_is_not_missed_and_is_found_again(two: Pair, event: Event) -> None:
    assert stores.replica(now=now()).state is State.OK
    two.replica.stop()
    try:
        assert read()[0] == "primary:away"
        assert read("/search?q=moonlit")[0] == "primary:away"  # at once: nobody asks it for some seconds
        ill = stores.replica(now=now())
        assert (ill.state, bool(ill.remedy)) == (State.DEGRADED, True)
    finally:
        two.replica.start()
    replica.REST.end()
    assert read_caught_up(two, "/api/v1/search?q=moonlit")[0] == "replica"


def test_a_replica_that_fails_in_between_costs_a_second_try(two: Pair, event: Event) -> None:
    CHANGED.look()
    two.catch_up()
    request, tries = RequestFactory().get(PAGE), []

    def make() -> int:
        tries.append(Event.objects.all().db)
        if tries == [replica.ALIAS]:
            two.run_at_replica(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        return Event.objects.count()

    assert readers.for_reader(request, make) == 1
    assert (tries, request.read_from) == ([replica.ALIAS, "default"], "primary:failed")
    assert not replica.REST.is_over()


def test_a_query_that_took_too_long_is_not_asked_again(two: Pair, event: Event) -> None:
    CHANGED.look()
    two.catch_up()

    def make() -> None:
        raise OperationalError from QueryCanceled()

    with pytest.raises(OperationalError):
        readers.for_reader(RequestFactory().get(PAGE), make)
    assert replica.REST.is_over()


def test_another_server_is_no_replica(two: Pair, event: Event) -> None:
    two.pause()
    two.run("UPDATE outbox_epoch SET epoch = 'second'")
    try:
        seen = read()[0]
        assert (seen, CHANGED.epoch, replica.replayed().epoch) == ("primary:other", "second", "first")
        assert stores.replica(now=now()).state is State.DEGRADED
    finally:
        two.run("UPDATE outbox_epoch SET epoch = 'first'")


def test_without_a_replica_nothing_of_it_is_asked(client: Client) -> None:
    assert not replica.is_configured()
    answer = client.get("/api/v1/cities")
    assert not hasattr(answer.wsgi_request, "reads_after")
    assert not hasattr(answer.wsgi_request, "read_from")
    CHANGED.look()
    assert CHANGED.reached().wal == 0
    assert stores.replica(now=now()).state is State.OFF
    CHANGED.forget()
