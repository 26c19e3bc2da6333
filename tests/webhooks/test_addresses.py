"""The guard looks at every send, not only when an endpoint is made."""

from typing import Any

import pytest
from django.utils.timezone import now

from egress.client import GuardedClient
from tests.egress.hostile import connections, hostile, listening, resolver
from tests.webhooks.receiving import Receiver, delivery, send
from webhooks import services
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1]:8080/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://100.64.0.1/", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://localhost/", "http://user:pass@example.org/",
        "ftp://example.org/", "http://example.org:22/", "http://internal/", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_when_made(person: Any, settings: Any, address: str) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = False
    with pytest.raises(Exception, match="Address"):
        services.make_endpoint(person, {"address": address})


def test_http_is_refused_where_it_is_not_allowed(person: Any, settings: Any) -> None:
    settings.WEBHOOKS_ALLOW_HTTP = False
    with pytest.raises(Exception, match="https://"):
        services.make_endpoint(person, {"address": "http://example.org/"})


def test_http_is_not_sent_where_it_is_not_allowed(
    endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    settings.WEBHOOKS_ALLOW_HTTP = False
    services.send_test(endpoint.user, endpoint.pk)
    send()
    assert (receiver.got, delivery().error) == ([], "address refused: only https is allowed")


def test_no_hostile_address_of_the_table_is_reached(
    endpoint: Endpoint, settings: Any, monkeypatch: pytest.MonkeyPatch
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
    assert [address for address in tried if isinstance(address, tuple) and address[1] == listener.port] == []


def test_a_name_that_turns_private_after_it_was_checked_is_refused(
    endpoint: Endpoint, settings: Any, monkeypatch: pytest.MonkeyPatch
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
