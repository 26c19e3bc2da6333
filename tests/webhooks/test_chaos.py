"""The sending process is killed with SIGKILL, again and again: nothing is lost, and a server that hangs delays nobody."""

import json
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.utils.timezone import now
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts.models import User
from tests.factories import make_person
from tests.webhooks.conftest import publish, tell
from webhooks import services
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS, CHANGES = 6, 8
PATIENCE = 90.0


class Receivers:
    """`/hook` takes all and keeps what came; `/hang` answers when the test ends."""

    def __init__(self, server: HTTPServer) -> None:
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self.came: list[tuple[str, str, int]] = []
        self.hung = 0
        server.expect_request("/hook").respond_with_handler(self._take)
        server.expect_request("/hang").respond_with_handler(self._hang)

    def _take(self, request: Request) -> Response:
        said = json.loads(request.get_data())
        with self._changed:
            self.came.append((request.headers["webhook-id"], said["data"]["id"], said["offset"]))
            self._changed.notify_all()
        return Response(status=204)

    def _hang(self, _request: Request) -> Response:
        with self._changed:
            self.hung += 1
            self._changed.notify_all()
        self._ended.wait(PATIENCE)
        return Response(status=204)

    def wait(self, for_what: Callable[[], bool]) -> None:
        """Until the condition holds, which is looked at after each request."""
        with self._changed:
            assert self._changed.wait_for(for_what, PATIENCE), f"{len(self.came)} came"

    def wait_for_ids(self, number: int) -> None:
        """Until so many different messages came."""
        self.wait(lambda: len({name for name, _, _ in self.came}) >= number)

    def end(self) -> None:
        self._ended.set()


@pytest.fixture
def receivers() -> Iterator[tuple[Receivers, str]]:
    with HTTPServer(host="127.0.0.1", port=0, threaded=True) as server:
        found = Receivers(server)
        yield found, server.url_for("")
        found.end()


@contextmanager
def sending(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """A sender that is killed at the end."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.webhooks.sender"]
    with subprocess.Popen(
        command, env={**environment, "EGRESS_ALLOW_LOOPBACK": "1"}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def change_everything() -> None:
    """Each event is published and changed, the events in turn."""
    events = [publish(f"Event {number}") for number in range(EVENTS)]
    for _ in range(CHANGES - 1):
        for event in events:
            tell(event, "event.changed")


def test_kills_lose_nothing_and_keep_the_order_of_each_event(
    receivers: tuple[Receivers, str], child_environment: dict[str, str]
) -> None:
    found, base = receivers
    endpoint, _ = services.make_endpoint(make_developer(), {"address": f"{base}/hook"})
    change_everything()
    for wanted in (5, 15, 30):
        with sending(child_environment):
            found.wait_for_ids(wanted)
        Endpoint.objects.update(claimed_until=now())  # instead of waiting for the lease of the killed
    with sending(child_environment):
        found.wait_for_ids(EVENTS * CHANGES)
    deliveries = Delivery.objects.filter(endpoint=endpoint)
    assert {row.webhook_id for row in deliveries} == {name for name, _, _ in found.came}
    assert deliveries.count() == EVENTS * CHANGES, "each change once, whatever was killed"
    first_seen: dict[str, tuple[str, int]] = {}
    for name, event, offset in found.came:
        first_seen.setdefault(name, (event, offset))
    by_event = defaultdict(list)
    for event, offset in first_seen.values():
        by_event[event].append(offset)
    assert len(by_event) == EVENTS
    assert all(offsets == sorted(offsets) for offsets in by_event.values())


def test_a_receiver_that_hangs_delays_only_itself(
    receivers: tuple[Receivers, str], child_environment: dict[str, str]
) -> None:
    found, base = receivers
    person = make_developer()
    quick, _ = services.make_endpoint(person, {"address": f"{base}/hook"})
    for number in range(9):
        services.make_endpoint(person, {"address": f"{base}/hang?{number}"})
    change_everything()
    with sending(child_environment):
        found.wait(lambda: found.hung > 0 and len(found.came) >= EVENTS * CHANGES)
        assert not Delivery.objects.exclude(endpoint=quick).filter(state="delivered").exists()
    assert {offset for _, _, offset in found.came} == set(
        Delivery.objects.values_list("number", flat=True).distinct()
    )


def make_developer() -> User:
    return make_person(email="dev@example.org", is_staff=False)
