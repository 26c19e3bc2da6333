"""Search engines are told which pages of events changed (a real server on loopback)."""

import pytest
from pytest_httpserver import HTTPServer

from events.models import Event
from events.services import indexnow
from outbox.models import Epoch
from outbox.queries import cursor, position
from outbox.services import advance, number_changes
from tests.factories import make_event

KEY = "73134416-ae45"
pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(httpserver: HTTPServer, settings) -> HTTPServer:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, [httpserver.port]
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = KEY, httpserver.url_for("/indexnow")
    settings.SITE_URL = "https://nocturne.example"
    return httpserver


def changed(**fields):
    event = make_event(**fields)
    number_changes()
    return event


def follow():
    """As after a first call, which only notes the position."""
    changed(title="Before")
    assert indexnow.submit_changes() == 0
    assert cursor(indexnow.CONSUMER) == position().number


def test_each_change_is_sent_once_with_the_key(engine: HTTPServer):
    engine.expect_request("/indexnow", method="POST").respond_with_data("", 202)
    follow()
    events = [changed(title="One"), changed(title="Two")]
    assert [indexnow.submit_changes() for _ in range(2)] == [2, 0]
    [(request, _)] = engine.log
    assert request.get_json() == {
        "host": "nocturne.example",
        "key": KEY,
        "keyLocation": "https://nocturne.example/indexnow.txt",
        "urlList": [f"https://nocturne.example{event.get_absolute_url()}" for event in events],
    }


def test_what_was_refused_is_sent_again(engine: HTTPServer):
    engine.expect_ordered_request("/indexnow").respond_with_data("", 403)
    engine.expect_ordered_request("/indexnow").respond_with_data("", 200)
    follow()
    changed(title="One")
    assert [indexnow.submit_changes() for _ in range(2)] == [0, 1]


def test_hidden_events_are_not_told_and_removed_ones_are(engine: HTTPServer):
    engine.expect_request("/indexnow").respond_with_data("", 200)
    follow()
    for title, publication in (("Hidden", "pending"), ("Removed", "removed")):
        event = changed(title=title)
        Event.objects.filter(pk=event.pk).update(publication=publication)
    assert indexnow.submit_changes() == 1
    assert "removed-" in engine.log[0][0].get_json()["urlList"][0]


def test_after_a_gap_it_begins_anew(engine: HTTPServer):
    follow()
    changed(title="Pruned")
    Epoch.objects.filter(pk=1).update(pruned_to=position().number)
    assert indexnow.submit_changes() == 0
    assert cursor(indexnow.CONSUMER) == position().number
    assert not engine.log


def test_it_is_off_without_a_key(client, settings):
    changed()
    advance(indexnow.CONSUMER, 1)
    changed(title="Other")
    assert indexnow.submit_changes() == 0
    assert client.get("/indexnow.txt").status_code == 404
    settings.INDEXNOW_KEY = KEY
    assert client.get("/indexnow.txt").content.decode() == KEY
