"""The meaning of a provider's refusal; its stored text names nobody."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from anymail.exceptions import AnymailInvalidAddress, AnymailRequestsAPIError, AnymailUnsupportedFeature
from hypothesis import given
from hypothesis import strategies as st
from requests import Response

from egress.exceptions import CircuitOpen, ConnectFailed, TimedOut
from mail.enums import FailureKind
from mail.failures import code_of, concerns_address, masked, read_failure


class Speechless(Exception):
    """An exception whose attributes raise."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((550, b"5.1.1 unknown"), "550 5.1.1"),
        ((550, b"unknown user"), "550"),
        ((553, b"5.1.3\nbad"), "553 5.1.3"),
        ((551, b""), "551"),
    ],
)
def test_an_address_that_is_gone_is_told_by_its_code(reply, code):
    refusal = read_failure(SMTPRecipientsRefused({"a@example.org": reply}), begun=False)
    assert (refusal.code, refusal.kind, refusal.is_outage) == (code, FailureKind.GONE, False)


@pytest.mark.parametrize(
    "error",
    [
        SMTPRecipientsRefused({}),
        SMTPRecipientsRefused({"a@example.org": (421, b"busy")}),
        SMTPRecipientsRefused({"a@example.org": (554, b"5.7.1 <a@example.org>: Relay access denied")}),
        SMTPRecipientsRefused({"a@example.org": (550, b"Please authenticate first")}),
        SMTPRecipientsRefused({"a@example.org": (550, b"5.4.1 no route")}),
        SMTPSenderRefused(550, b"5.1.8 your domain", "us@example.org"),
        SMTPServerDisconnected("gone"),
        SMTPRecipientsRefused(["a@example.org"]),
        SMTPRecipientsRefused({"a@example.org": "no"}),
        SMTPRecipientsRefused({"a@example.org": (-1, b"\x00\xff garbage")}),
        Speechless(),
        TimeoutError("timed out"),
    ],
)
def test_what_is_not_about_the_address_is_tried_again(error):
    assert read_failure(error, begun=False).kind is FailureKind.ROUTE


@pytest.mark.parametrize("error", [SMTPServerDisconnected("gone"), TimeoutError("timed out"), Speechless()])
def test_what_breaks_after_the_text_began_leaves_the_end_open(error):
    failure = read_failure(error, begun=True)
    assert (failure.kind, failure.is_outage) == (FailureKind.UNSURE, True)


def test_a_text_that_was_refused_is_not_offered_again():
    refusal = read_failure(SMTPDataError(554, b"5.7.1 spam, says who@example.org"), begun=True)
    assert (refusal.code, refusal.kind) == ("554 5.7.1", FailureKind.CONTENT)
    assert "who" not in refusal.reason


def answered(status: int, text: str = "") -> AnymailRequestsAPIError:
    response = Response()
    response.status_code, response._content = status, text.encode()
    return AnymailRequestsAPIError(response=response)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.CONTENT),
        (413, FailureKind.CONTENT),
        (401, FailureKind.ROUTE),
        (403, FailureKind.ROUTE),
        (429, FailureKind.ROUTE),
        (503, FailureKind.ROUTE),
        (500, FailureKind.UNSURE),
        (502, FailureKind.UNSURE),
        (504, FailureKind.UNSURE),
    ],
)
def test_an_api_says_by_its_status_whether_it_took_the_mail(status, kind):
    failure = read_failure(answered(status, "to who@example.org"), begun=True)
    assert (failure.kind, failure.code) == (kind, str(status))
    assert "who" not in failure.reason


def test_an_api_that_was_never_reached_has_not_taken_it_and_one_that_fell_silent_may_have():
    silent = TimedOut("nothing came for 30 s")
    silent.may_have_arrived = True
    assert read_failure(silent, begun=True).kind is FailureKind.UNSURE
    for error in (ConnectFailed("no connection"), CircuitOpen("left alone", retry_after=60.0)):
        assert read_failure(error, begun=True).kind is FailureKind.ROUTE


def test_what_anymail_refuses_itself_was_never_sent():
    assert read_failure(AnymailInvalidAddress("a@"), begun=False).kind is FailureKind.GONE
    assert read_failure(AnymailUnsupportedFeature("x"), begun=False).kind is FailureKind.ROUTE


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("550 5.1.1 unknown", "550 5.1.1"),
        ("550-5.1.1 unknown", "550 5.1.1"),
        ("550 unknown", "550"),
        ("5.1.1 unknown", "5.1.1"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_the_code_of_a_reported_reply(said, code):
    assert code_of(said) == code


def test_only_replies_about_the_address_concern_it():
    assert concerns_address("550 5.1.1", "550 5.1.1 no such user")
    assert not concerns_address("550 5.7.1", "550 5.7.1 policy")
    assert not concerns_address("552 5.2.2", "552 5.2.2 full")
    assert not concerns_address("", "")


@given(st.text(max_size=60), st.emails(), st.text(max_size=60))
def test_no_reason_holds_an_address_or_a_second_line(before, address, after):
    reason = masked(f"{before}<{address}>{after}")
    assert address not in reason
    assert reason.isprintable()
    assert len(reason) <= 500
