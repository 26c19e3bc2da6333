"""The meaning of a server's refusal; its stored text names nobody."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.refusals import masked, read_failure


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
    refusal = read_failure(SMTPRecipientsRefused({"a@example.org": reply}))
    assert (refusal.code, refusal.is_gone, refusal.is_final) == (code, True, True)


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
    refusal = read_failure(error)
    assert (refusal.is_gone, refusal.is_final) == (False, False)


def test_a_text_that_was_refused_is_not_offered_again():
    refusal = read_failure(SMTPDataError(554, b"5.7.1 spam, says who@example.org"))
    assert (refusal.code, refusal.is_gone, refusal.is_final) == ("554 5.7.1", False, True)
    assert "who" not in refusal.reason


@given(st.text(max_size=60), st.emails(), st.text(max_size=60))
def test_no_reason_holds_an_address_or_a_second_line(before, address, after):
    reason = masked(f"{before}<{address}>{after}")
    assert address not in reason
    assert reason.isprintable()
    assert len(reason) <= 500
