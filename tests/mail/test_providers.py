"""An API as provider: real HTTP through the guarded client, failover only after a definite refusal."""

import json
import threading

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from egress.exceptions import AddressRefused
from mail.enums import DispatchState, Stream
from mail.models import Dispatch
from mail.outgoing import send
from mail.providers import api
from mail.records import Result
from tests.mail.conftest import READER, letter, sent
from tests.mail.rough import CLOSE, HANG, rough_server

SEND = "/v3/mail/send"


@pytest.fixture(autouse=True)
def sendgrid(settings, httpserver: HTTPServer, monkeypatch) -> HTTPServer:
    settings.MAIL_PROVIDERS = ["sendgrid", "smtp"]
    settings.ANYMAIL = {
        "SENDGRID_API_KEY": "SG.secret", "SENDGRID_API_URL": httpserver.url_for("/v3/"), "IGNORE_UNSUPPORTED_FEATURES": True,
    }  # fmt: skip
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    monkeypatch.setattr(api, "_SECONDS", 0.4)
    api._kept.client = None
    return httpserver


def row() -> Dispatch:
    return Dispatch.objects.get()


def test_a_mail_goes_with_our_id_and_without_tracking(sendgrid):
    sendgrid.expect_request(SEND, method="POST").respond_with_data("", status=202)
    assert sent().result is Result.SENT
    [(request, _)] = sendgrid.log
    said = json.loads(request.get_data())
    assert request.headers["Authorization"] == "Bearer SG.secret"
    assert said["personalizations"][0]["to"] == [{"email": READER}]
    assert said["custom_args"]["dispatch"] == str(row().pk)
    assert said["tracking_settings"]["click_tracking"]["enable"] is False
    assert said["tracking_settings"]["open_tracking"]["enable"] is False
    assert (row().state, row().provider) == (DispatchState.ACCEPTED, "sendgrid")
    assert row().provider_id == said["personalizations"][0]["custom_args"]["anymail_id"]


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_a_definite_refusal_goes_to_the_next_provider(status, sendgrid, settings):
    sendgrid.expect_request(SEND).respond_with_data("no", status=status)
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        assert sent().result is Result.SENT
    assert (len(server.taken), row().provider, row().tries) == (1, "smtp", 1)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_open_end_is_never_tried_elsewhere(status, sendgrid, settings):
    sendgrid.expect_request(SEND).respond_with_data("oops", status=status)
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        assert [sent().result, sent().result] == [Result.UNKNOWN, Result.UNKNOWN]
    assert (server.seen, len(sendgrid.log), row().state) == ([], 1, DispatchState.UNKNOWN)


@pytest.mark.parametrize(
    ("does", "result"),
    [
        ({"TEXT": HANG}, Result.UNKNOWN),
        ({"TEXT": CLOSE}, Result.UNKNOWN),
        ({"RCPT": "550 5.1.1 nobody"}, Result.REFUSED),
    ],
)
def test_what_an_smtp_server_may_have_or_refused_for_good_is_not_given_to_an_api(
    does, result, sendgrid, settings
):
    settings.MAIL_PROVIDERS = ["smtp", "sendgrid"]
    sendgrid.expect_request(SEND).respond_with_data("", status=202)
    with rough_server(**does) as server:
        settings.EMAIL_PORT = server.port
        assert [sent().result, sent().result] == [result, result]
    assert (sendgrid.log, row().provider) == ([], "smtp")


def test_silence_after_the_request_is_an_open_end(sendgrid, settings):
    free = threading.Event()

    def silent(_request: Request) -> Response:
        free.wait(5)
        return Response(status=202)

    sendgrid.expect_request(SEND).respond_with_handler(silent)
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        outcome = sent()
        free.set()
    assert (outcome.result, server.seen) == (Result.UNKNOWN, [])


def test_a_hang_up_after_the_request_is_an_open_end(settings):
    with rough_server(connect=CLOSE) as broken, rough_server() as server:
        settings.EMAIL_PORT = server.port
        settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_API_URL": f"http://127.0.0.1:{broken.port}/"}
        settings.EGRESS_ALLOWED_PORTS = {broken.port}
        assert sent().result is Result.UNKNOWN
    assert server.seen == []


def test_an_api_that_cannot_be_reached_has_nothing(settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_API_URL": "http://127.0.0.1:1/"}
    settings.EGRESS_ALLOWED_PORTS = {1}
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        assert sent().result is Result.SENT
    assert len(server.taken) == 1


def test_a_mail_that_the_api_refuses_is_offered_to_nobody_else(sendgrid, settings):
    sendgrid.expect_request(SEND).respond_with_json({"errors": [{"message": f"bad {READER}"}]}, status=400)
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        outcome = sent()
    assert (outcome.result, outcome.code, server.seen) == (Result.REFUSED, "400", [])
    assert READER not in row().reason


def test_the_address_guard_holds_for_mail_too(settings):
    settings.EGRESS_ALLOW_LOOPBACK = False
    settings.MAIL_PROVIDERS = ["sendgrid"]
    outcome = sent()
    assert outcome.result is Result.DEFERRED
    assert outcome.reason.startswith(AddressRefused.code)


def test_both_streams_have_their_providers(sendgrid, settings):
    settings.MAIL_DIGEST_PROVIDERS = ["smtp"]
    sendgrid.expect_request(SEND).respond_with_data("", status=202)
    with rough_server() as server:
        settings.EMAIL_PORT = server.port
        sent("tests.mail:1")
        sent("tests.mail:2", stream=Stream.DIGEST)
    assert (len(sendgrid.log), len(server.taken)) == (1, 1)


def test_a_header_that_breaks_its_line_never_reaches_the_api(sendgrid):
    message = letter(subject="Hi\r\nX-Other: y")
    assert send(message, stream=Stream.TRANSACTIONAL).result is Result.REFUSED
    assert sendgrid.log == []
