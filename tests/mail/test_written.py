"""The bytes of a mail are those that the standard library writes, but for the names of the boundaries."""

import re
from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from hypothesis import given
from hypothesis import strategies as some

from mail.providers.smtp import _in_envelope
from mail.providers.written import written

TEXTS = some.text(
    some.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200
) | some.sampled_from(
    [
        "Tonight",
        " a leading blank",
        "x" * 71,
        "x" * 72,
        "a, " * 60,
        "ಕವಿತೆಯ ಸಂಜೆ",
        "=?utf-8?q?no?=",
        "tab\tin it",
    ]
)

BODIES = some.lists(TEXTS, min_size=1, max_size=4).map("\n".join) | some.sampled_from(
    [
        "two\r\nlines\rof each kind\n",
        "From the start\n.\n--=_ is no boundary\n\n",
        "x" * 998,
        "x" * 999,
        "ನ" * 400,
    ]
)


def mail_of(
    subject: str, value: str, body: str, *, has_calendar: bool = True, page: str = ""
) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject, body, "Nocturne <from@example.org>", ["to@example.org"],
        headers={"Date": "Thu, 19 Nov 2026 04:00:00 -0000", "Message-ID": "<1@example.org>", "X-Said": value},
    )  # fmt: skip
    mail.attach_alternative(page or f"<p>{body}</p>", "text/html")
    if has_calendar:
        mail.attach("event.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
    return mail


def without_names(raw: bytes) -> bytes:
    """With the boundaries numbered in their order, and each header on one line."""
    for number, name in enumerate(dict.fromkeys(re.findall(rb'boundary="([^"]+)"', raw))):
        raw = raw.replace(name, b"boundary %d" % number)
    return re.sub(rb"\r\n ", b" ", raw)


@given(subject=TEXTS, value=TEXTS, body=BODIES, page=BODIES, has_calendar=some.booleans())
def test_the_bytes_are_those_of_the_standard_library(
    subject: str, value: str, body: str, page: str, has_calendar: bool
) -> None:
    mail = mail_of(subject, value, body, page=page, has_calendar=has_calendar)
    assert without_names(written(mail)) == without_names(mail.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "address",
    [
        "reader+tag@mail.example.org", "first.last@example.org", "Reader@Example.ORG", "Ravi <ravi@example.org>", "ವಿ <a@b.example>",
        "a@bücher.example", '"two words"@example.org',
    ],
)  # fmt: skip
def test_the_address_of_the_envelope_is_that_of_django(address: str) -> None:
    assert _in_envelope(address, "utf-8") == sanitize_address(address, "utf-8")


@pytest.mark.parametrize("address", ["two@at@example.org", "", "a@b.example\r\nRCPT TO:<x@y.example>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)address|domain|newline|character"):
        _in_envelope(address, "utf-8")


def test_a_shared_header_that_breaks_its_line_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(BadHeaderError):
            written(mail_of("Tonight\r\nX-Other: y", "x", "hi", has_calendar=False))


def test_its_parts_are_read_back_and_no_two_boundaries_are_the_same() -> None:
    mail = mail_of("Tonight", "x", "--=_ is no boundary")
    read = message_from_bytes(written(mail), policy=policy.default)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    names = [part.get_boundary() for part in read.walk() if part.is_multipart()]
    assert len(set(names)) == 2
    assert names != [
        part.get_boundary() for part in message_from_bytes(written(mail)).walk() if part.is_multipart()
    ]


@pytest.mark.parametrize("value", ["x" * 300, "a, " * 100, "ನ" * 90])
def test_no_line_of_a_header_is_longer_than_a_server_takes(value: str) -> None:
    head = written(mail_of(value, "x", "x")).partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) < 998
