"""A CDN is told which topics changed (a real server on loopback)."""

import pytest
from pytest_httpserver import HTTPServer

from events.services import cdn
from outbox.models import Epoch
from outbox.queries import cursor, position
from outbox.services import number_changes
from tests.factories import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(httpserver: HTTPServer, settings) -> HTTPServer:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, [httpserver.port]
    settings.CDN_PURGE_URL, settings.CDN_PURGE_TOKEN = httpserver.url_for("/purge"), "secret"
    return httpserver


def changed(**fields):
    event = make_event(**fields)
    number_changes()
    return event


def test_each_topic_is_named_once(network: HTTPServer):
    network.expect_request("/purge", method="POST").respond_with_data("")
    changed(title="Before")
    assert cdn.purge_changes() == 1
    [(first, _)] = network.log
    assert first.get_json() == {"tags": ["all"]}
    one, two = changed(title="One"), changed(title="Two")
    assert cdn.purge_changes() > 2
    request = network.log[1][0]
    told = request.get_json()["tags"]
    assert {f"events:event:{one.pk}", f"events:event:{two.pk}", "events:all"} <= set(told)
    assert told == sorted(set(told)) == request.headers["Surrogate-Key"].split()
    assert request.headers["Authorization"] == "Bearer secret"
    assert cdn.purge_changes() == 0
    assert len(network.log) == 2


def test_what_was_refused_is_sent_again_in_parts_and_after_a_gap_all_goes(network: HTTPServer, monkeypatch):
    changed(title="Before")
    network.expect_ordered_request("/purge").respond_with_data("")
    cdn.purge_changes()
    network.expect_ordered_request("/purge").respond_with_data("", 500)
    changed(title="One")
    assert cdn.purge_changes() == 0
    monkeypatch.setattr(cdn, "PER_REQUEST", 2)
    network.expect_request("/purge").respond_with_data("")
    assert cdn.purge_changes() >= 3
    assert all(len(request.get_json()["tags"]) <= 2 for request, _ in network.log[2:])
    changed(title="Pruned")
    Epoch.objects.filter(pk=1).update(pruned_to=position().number)
    assert cdn.purge_changes() == 1
    assert network.log[-1][0].get_json() == {"tags": ["all"]}
    assert cursor(cdn.CONSUMER) == position().number
    changed(title="Very")
    monkeypatch.setattr(cdn, "MOST_NAMED", 1)
    assert cdn.purge_changes() == 1
    assert network.log[-1][0].get_json() == {"tags": ["all"]}


def test_a_purge_is_queued_once_and_again_when_it_has_begun(network: HTTPServer, settings):
    network.expect_request("/purge").respond_with_data("")
    cdn.purge_changes()
    assert [cdn.is_wanted() for _ in range(2)] == [True, False]
    cdn.purge_changes()
    assert cdn.is_wanted()
    settings.CDN_PURGE_URL = ""
    assert not cdn.is_wanted()
    assert cdn.purge_changes() == cdn.purge_all() == 0


def test_the_door_refuses_a_cdn_at_an_inner_address(network: HTTPServer, settings):
    settings.EGRESS_ALLOW_LOOPBACK = False
    changed(title="One")
    assert cdn.purge_changes() == 0
    assert not network.log
