"""Who is served when: order within an event, endpoints that fail or are slow, and several processes."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.webhooks.conftest import Adds, publish, tell
from tests.webhooks.receiving import Receiver, follow, send
from webhooks import services
from webhooks.models import Delivery, Endpoint
from webhooks.services import sending
from webhooks.services.claiming import claim_next

pytestmark = pytest.mark.django_db


def test_an_endpoint_that_fails_rests_as_a_whole(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 500
    for title in "ABCDE":
        publish(title)
    follow()
    assert (send(), send()) == (1, 0), "the others are not tried one by one"
    receiver.status = 204
    with time_machine.travel(now() + timedelta(seconds=6), tick=False):
        assert send() == 5
    assert receiver.titles() == ["A", "A", "B", "C", "D", "E"]


def test_changes_of_one_event_keep_their_order_past_a_failure(
    endpoint: Endpoint, httpserver: HTTPServer
) -> None:
    refused = {"first of A"}
    came: list[tuple[str, int]] = []

    def take(request: Request) -> Response:
        said = json.loads(request.get_data())
        title = said["data"]["title"]
        came.append((title, said["offset"]))
        return Response(status=500 if title in refused else 204)

    httpserver.expect_request("/hook").respond_with_handler(take)
    event = publish("first of A")
    follow()
    event.title = "second of A"
    event.save(update_fields=["title"])
    tell(event, "event.changed")
    publish("B")
    follow()
    send()
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        refused.clear()
        while send():
            continue
    titles = [title for title, _ in came]
    assert titles == ["first of A", "first of A", "second of A", "B"]
    of_one = [number for title, number in came if title.endswith("of A")]
    assert of_one == sorted(of_one)


def test_what_fails_holds_back_only_its_own_event(endpoint: Endpoint, httpserver: HTTPServer) -> None:
    came: list[str] = []

    def take(request: Request) -> Response:
        title = json.loads(request.get_data())["data"]["title"]
        came.append(title)
        return Response(status=500 if title.startswith("poison") else 204)

    httpserver.expect_request("/hook").respond_with_handler(take)
    event = publish("poison")
    tell(event, "event.changed")
    publish("fine")
    follow()
    send()
    with time_machine.travel(now() + timedelta(seconds=5, milliseconds=900), tick=False):
        while send():
            continue
    with time_machine.travel(now() + timedelta(seconds=60), tick=False):
        while send():
            continue
    assert came == ["poison", "poison", "fine"]
    states = dict(Delivery.objects.values_list("message__type", "state").filter(event_id=event.pk))
    assert states == {"event.published": "waiting", "event.changed": "waiting"}


def test_two_processes_do_not_serve_one_endpoint(endpoint: Endpoint, receiver: Receiver) -> None:
    services.send_test(endpoint.user, endpoint.pk)
    assert claim_next(now=now()) is not None
    assert claim_next(now=now()) is None
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        assert send() == 1, "who claimed it has died"


def test_who_lost_the_claim_sends_no_more(endpoint: Endpoint, receiver: Receiver) -> None:
    services.send_test(endpoint.user, endpoint.pk)
    stalled = claim_next(now=now())
    assert stalled is not None
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        other = claim_next(now=now())
        assert other is not None
        assert sending.serve(stalled) == 0
        assert sending.serve(other) == 1


def test_a_person_whose_account_is_closed_gets_nothing(endpoint: Endpoint, receiver: Receiver) -> None:
    services.send_test(endpoint.user, endpoint.pk)
    endpoint.user.is_active = False
    endpoint.user.save(update_fields=["is_active"])
    assert send() == 0


def test_turns_go_round(adds: Adds, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BURST", 1)
    for path in ("/a", "/b"):
        Receiver(httpserver, path)
        adds(path)
    for title in "XYZ":
        publish(title)
    follow()
    with time_machine.travel(now(), tick=True):
        while send():
            continue
    paths = [request.path for request, _ in httpserver.log]
    assert sorted(paths[:2]) == sorted(paths[2:4]) == sorted(paths[4:]) == ["/a", "/b"]


def test_quick_ones_are_claimed_without_slow_and_new_ones(adds: Adds, httpserver: HTTPServer) -> None:
    Receiver(httpserver, "/quick"), Receiver(httpserver, "/new")
    quick = adds("/quick")
    services.send_test(quick.user, quick.pk)
    send()
    new = adds("/new")
    for each in (new, quick):
        services.send_test(each.user, each.pk)
    claimed = claim_next(now=now(), only_quick=True)
    assert claimed is not None
    assert claimed.pk == quick.pk
    assert claim_next(now=now(), only_quick=True) is None
    any_one = claim_next(now=now())
    assert any_one is not None
    assert any_one.pk == new.pk
