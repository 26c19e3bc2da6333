"""Systems with copies are told of an erasure by a signed message (a real server on loopback)."""

import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer

from accounts.privacy.holders import webhook_holders
from accounts.privacy.person import Person
from accounts.webhook_signature import verify
from pipeline.contract.http_errors import EgressError

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSByZWNlaXZlciwgMzIgYnl0ZXM="
PERSON = Person(id=UUID(int=7), addresses=("vera@example.org",))


@pytest.fixture
def server(httpserver: HTTPServer, settings) -> HTTPServer:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, [httpserver.port]
    settings.ERASURE_WEBHOOKS, settings.ERASURE_WEBHOOK_SECRET = [httpserver.url_for("/erased")], SECRET
    return httpserver


def test_a_receiver_gets_the_addresses_and_can_verify_the_sender(server: HTTPServer):
    server.expect_request("/erased", method="POST").respond_with_data("", 204)
    [holder] = webhook_holders()
    holder.tell(PERSON)
    request, _ = server.log[0]
    assert request.get_json() == {
        "type": "person.erased",
        "data": {"id": str(PERSON.id), "addresses": ["vera@example.org"]},
    }
    assert verify(SECRET, dict(request.headers), request.data, now=datetime.fromtimestamp(time.time(), UTC))


def test_a_receiver_that_fails_is_an_error(server: HTTPServer):
    server.expect_request("/erased").respond_with_data("", 500)
    [holder] = webhook_holders()
    with pytest.raises(EgressError):
        holder.tell(PERSON)
