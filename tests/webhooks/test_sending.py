"""Signed requests, retries over three days, and endpoints that fail, hang or are gone."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils.timezone import now
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug import Request, Response

from audit.models import Entry
from egress.client import GuardedClient
from tests.egress.hostile import connections, hostile, listening, resolver
from tests.webhooks.conftest import Adds, publish, tell
from webhooks import services
from webhooks.models import Delivery, Endpoint
from webhooks.services import sending
from webhooks.services.claiming import claim_next

pytestmark = pytest.mark.django_db


def send() -> int:
    """Serve one endpoint, in this thread. Returns how many requests were sent."""
    claimed = claim_next(now=now())
    return sending.serve(claimed) if claimed else 0


def follow() -> None:
    services.follow(now=now())


def delivery() -> Delivery:
    return Delivery.objects.get()


class Receiver:
    """Answers with `status` and keeps what came."""

    def __init__(self, server: HTTPServer, path: str = "/hook") -> None:
        self.status, self.headers, self.body = 204, {}, ""
        self.got: list[Request] = []
        server.expect_request(path, method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        request.get_data()
        self.got.append(request)
        return Response(self.body, status=self.status, headers=self.headers)

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.got]

    def titles(self) -> list[str]:
        return [json.loads(request.get_data())["data"]["title"] for request in self.got]


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


def test_a_message_is_signed_as_the_reference_implementation_verifies(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("ಜಾಝ್ “tonight”")
    follow()
    assert send() == 1
    (got,) = receiver.got
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"])).astimezone()
    with time_machine.travel(stamp, tick=False):
        body = Webhook(endpoint.secret).verify(got.get_data(), dict(got.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint.secret).verify(got.get_data() + b" ", dict(got.headers))
    assert body["data"]["title"] == "ಜಾಝ್ “tonight”"
    assert got.headers["Content-Type"] == "application/json"
    row = delivery()
    assert (row.state, row.status, row.attempts, got.headers["webhook-id"]) == (
        "delivered",
        204,
        1,
        row.webhook_id,
    )
    endpoint.refresh_from_db()
    assert endpoint.last_success_at is not None
    assert not endpoint.is_slow


def test_for_a_day_either_secret_verifies_then_only_the_new_one(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    old, begun = endpoint.secret, now()
    _, new = services.renew_secret(endpoint.user, endpoint.pk, now=begun)
    for after, holds in ((timedelta(hours=23), {old, new}), (timedelta(hours=25), {new})):
        with time_machine.travel(begun + after, tick=False):
            services.send_test(endpoint.user, endpoint.pk)
            assert send() == 1
            got = receiver.got[-1]
            verified = set()
            for secret in (old, new):
                try:
                    Webhook(secret).verify(got.get_data(), dict(got.headers))
                    verified.add(secret)
                except WebhookVerificationError:
                    continue
        assert verified == holds
        assert len(got.headers["webhook-signature"].split()) == len(holds)


def test_tries_come_at_growing_distances_over_three_days(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    monkeypatch.setattr(sending, "FAILING", timedelta(days=9))
    receiver.status = 500
    begun = now()
    publish()
    follow()
    tried = []
    with time_machine.travel(begun, tick=False) as clock:
        while (row := delivery()).state == "waiting":
            clock.move_to(max(row.due_at, Endpoint.objects.get().rests_until or row.due_at))
            tried.append(round((now() - begun).total_seconds()))
            assert send() == 1
    assert tried == [0, 5, 305, 2105, 9305, 27305, 63305, 113705, 185705, 272105]
    assert tried[-1] / 86_400 > 3
    assert (row.state, row.attempts, len(row.tries)) == ("failed", 10, 10)
    assert len(set(receiver.ids)) == 1
    assert len({request.get_data() for request in receiver.got}) == 1
    assert len({request.headers["webhook-timestamp"] for request in receiver.got}) == 10


def test_jitter_makes_waits_longer_never_shorter() -> None:
    waits = [sending._jittered(timedelta(seconds=100)).total_seconds() for _ in range(200)]
    assert 100 <= min(waits) < max(waits) <= 110


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
def test_any_2xx_is_success(endpoint: Endpoint, receiver: Receiver, status: int) -> None:
    receiver.status = status
    services.send_test(endpoint.user, endpoint.pk)
    send()
    assert (delivery().state, delivery().status) == ("delivered", status)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_anything_else_waits(endpoint: Endpoint, receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": "/elsewhere", "Retry-After": "600"}
    services.send_test(endpoint.user, endpoint.pk)
    send()
    row = delivery()
    assert (row.state, row.status, len(receiver.got)) == ("waiting", status, 1)
    if status in (429, 503):
        assert row.due_at >= now() + timedelta(seconds=590), "the receiver asked for it"


def test_of_an_answer_a_kilobyte_is_kept_as_text(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status, receiver.body = 500, "\0<script>é" + "x" * 50_000
    services.send_test(endpoint.user, endpoint.pk)
    send()
    answer = delivery().answer
    assert answer.startswith("\ufffd<script>é")
    assert 1_000 < len(answer) <= 1_024


def test_gone_disables_at_once_and_tells_the_owner(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 410
    publish()
    follow()
    assert send() == 1
    endpoint.refresh_from_db()
    assert (endpoint.enabled, endpoint.disabled_because) == (False, "gone")
    assert send() == 0
    assert (services.tell_owners(now=now()), services.tell_owners(now=now())) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["dev@example.org"]
    assert endpoint.host in sent.subject
    assert f"/me/webhooks/{endpoint.pk}/" in sent.body
    assert endpoint.secret not in sent.body
    assert Entry.objects.filter(action="webhook.disabled").count() == 1


def test_three_days_without_success_disable(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 500
    publish()
    follow()
    begun = now()
    for days in (0, 2.9, 3.05):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert Endpoint.objects.get().enabled
            assert send() == 1
    endpoint.refresh_from_db()
    assert (endpoint.enabled, endpoint.disabled_because, endpoint.notice) == (False, "failing", "failing")


def test_one_success_forgives(endpoint: Endpoint, receiver: Receiver) -> None:
    begun = now()
    for days, status in ((0, 500), (2, 204), (4, 500)):
        receiver.status = status
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            services.send_test(endpoint.user, endpoint.pk)
            send()
    endpoint.refresh_from_db()
    assert endpoint.enabled
    assert endpoint.failing_since == begun + timedelta(days=4)


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


class TestAddresses:
    """The guard looks at every send, not only when an endpoint is made."""

    @pytest.mark.parametrize(
        "address",
        [
            "http://[::1]:8080/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://100.64.0.1/", "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://localhost/", "http://user:pass@example.org/",
            "ftp://example.org/", "http://example.org:22/", "http://internal/", "javascript:alert(1)", "",
        ],
    )  # fmt: skip
    def test_private_addresses_are_refused_when_made(self, person: Any, settings: Any, address: str) -> None:
        settings.EGRESS_ALLOW_LOOPBACK = False
        with pytest.raises(Exception, match="Address"):
            services.make_endpoint(person, {"address": address})

    def test_http_is_refused_where_it_is_not_allowed(self, person: Any, settings: Any) -> None:
        settings.WEBHOOKS_ALLOW_HTTP = False
        with pytest.raises(Exception, match="https://"):
            services.make_endpoint(person, {"address": "http://example.org/"})

    def test_http_is_not_sent_where_it_is_not_allowed(
        self, endpoint: Endpoint, receiver: Receiver, settings: Any
    ) -> None:
        settings.WEBHOOKS_ALLOW_HTTP = False
        services.send_test(endpoint.user, endpoint.pk)
        send()
        assert (receiver.got, delivery().error) == ([], "address refused: only https is allowed")

    def test_no_hostile_address_of_the_table_is_reached(
        self, endpoint: Endpoint, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.EGRESS_ALLOW_LOOPBACK = False
        monkeypatch.setitem(GuardedClient.__init__.__kwdefaults__, "resolver", resolver)  # type: ignore[attr-defined]
        services.send_test(endpoint.user, endpoint.pk)
        with listening() as listener, connections() as tried:
            settings.EGRESS_ALLOWED_PORTS = [listener.port]
            for trick in hostile(listener.port):
                endpoint.address = trick.url
                endpoint.save(update_fields=["address"])
                Endpoint.objects.update(rests_until=None, failing_since=None, claim=None, claimed_until=None)
                Delivery.objects.update(due_at=now(), attempts=0, state="waiting")
                assert send() == 1
                assert delivery().state == "waiting", trick.trick
            assert listener.connections == 0
        assert [
            address for address in tried if isinstance(address, tuple) and address[1] == listener.port
        ] == []

    def test_a_name_that_turns_private_after_it_was_checked_is_refused(
        self, endpoint: Endpoint, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """DNS rebinding: public when the endpoint was made, this machine when something is sent."""
        settings.EGRESS_ALLOW_LOOPBACK = False
        with listening() as listener:
            settings.EGRESS_ALLOWED_PORTS = [listener.port]
            address = f"http://rebind.attacker.example:{listener.port}/"
            services.change_endpoint(endpoint.user, endpoint.pk, {"address": address})
            answers = [(2, 1, 6, "", ("127.0.0.1", listener.port))]
            monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
            services.send_test(endpoint.user, endpoint.pk)
            assert send() == 1
            assert listener.connections == 0
        assert "not public" in delivery().error
