"""Newsletters: the mail's own date counts, several events in one letter, calendars first, and nobody's
address kept."""

from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from pipeline.connectors.detect import detect
from pipeline.connectors.files import read_file
from pipeline.connectors.inbound.mail import MailConfig, MailConnector
from pipeline.contract.enums import Coverage, ExtractionMethod
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.pipeline.connectors.reading import params, payload

PROGRAMME = (
    "This week at The Lantern:\n\nFri 27 Nov: The Blue Birds at 9pm, $12\nSat 28 Nov: Silent Disco 10pm\n"
)


def letter(text: str = PROGRAMME, html: str = "", **headers: str) -> bytes:
    mail = EmailMessage()
    given = {
        "From": "The Lantern <office@lantern.example>", "To": "asha@private.example", "Subject": "What's on", "Date": "Wed, 25 Nov 2026 10:00:00 -0700",
        "Message-ID": "<one@lantern.example>",
    }  # fmt: skip
    for name, value in (given | headers).items():
        if value:
            mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def read(content: bytes, **config: Any) -> list[Any]:
    page = MailConnector(MailConfig(**config)).read(
        RawPayload(url="", content=content), params(timezone="America/Denver")
    )
    assert page.coverage is Coverage.PARTIAL
    return list(page.records)


def test_a_letter_lists_several_events() -> None:
    birds, disco = read(letter(), venue="The Lantern")
    assert (birds.title, birds.start, birds.venue.name, birds.price_text) == (
        "The Blue Birds",
        datetime(2026, 11, 27, 21),
        "The Lantern",
        "$12",
    )
    assert (disco.title, disco.start, disco.method) == (
        "Silent Disco",
        datetime(2026, 11, 28, 22),
        ExtractionMethod.TEXT,
    )
    assert (birds.organizer.name, birds.organizer.contact) == ("The Lantern", "")
    assert birds.external_id.startswith("one@lantern.example#")
    assert birds.external_id != disco.external_id
    assert [one.external_id for one in read(letter())] == [birds.external_id, disco.external_id], (
        "the same letter again has the same ids"
    )


def test_a_day_without_a_year_counts_from_the_day_of_the_letter() -> None:
    (one,) = read(letter("Join us on 2 January at 8pm for Poetry Night.", Subject="Poetry Night"))
    assert (one.title, one.start) == ("Poetry Night", datetime(2027, 1, 2, 20))
    (dropped,) = read(letter("Join us tomorrow at 8pm for Poetry Night.", Subject="Poetry Night", Date=""))
    assert isinstance(dropped, Dropped)
    assert (dropped.reason, dropped.detail) == ("no start", "no date in the text")


def test_html_is_read_with_its_links() -> None:
    html = (
        "<style>x{}</style><h2>Fri 27 Nov</h2><p>The Blue Birds @ The Lantern, 9pm <a href='https://lantern.example/birds'>more</a></p>"
        "<h2>Sat 28 Nov</h2><p>Silent Disco, 10pm</p>"
    )
    birds, disco = read(letter("see HTML", html))
    assert (birds.title, birds.url, birds.venue.name) == (
        "The Blue Birds",
        "https://lantern.example/birds",
        "The Lantern",
    )
    assert disco.title == "Silent Disco"


def test_the_head_of_a_passed_on_mail_is_no_event() -> None:
    head = "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: Thu, Nov 26, 2026 at 9:00 AM\nSubject: Fwd: x\n\n"
    text = f"{head}Open Mic on Friday 4 December, 8pm"
    (one,) = read(letter(text, Subject="Fwd: Open Mic"))
    assert (one.title, one.start) == ("Open Mic", datetime(2026, 12, 4, 20))


def test_an_attached_calendar_is_read_first() -> None:
    mail = EmailMessage()
    mail["From"], mail["Date"], mail["Subject"] = (
        "A <a@b.example>",
        "Wed, 25 Nov 2026 10:00:00 +0000",
        "Invitation",
    )
    mail.set_content(PROGRAMME)
    mail.add_attachment(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTART;VALUE=DATE:20261205\r\nSUMMARY:Lantern Walk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        maintype="text", subtype="calendar",
    )  # fmt: skip
    (one,) = read(mail.as_bytes())
    assert (one.title, one.start, one.method) == (
        "Lantern Walk",
        date(2026, 12, 5),
        ExtractionMethod.STRUCTURED,
    )


def test_nobodys_address_is_kept() -> None:
    assert not any("private.example" in str(one) or "office@" in str(one) for one in read(letter()))
    reported = PROGRAMME + "\nUnsubscribe ASHA@private.example here"
    assert not any("private.example" in str(one) for one in read(letter(reported)))


def test_a_mailbox_holds_several_letters() -> None:
    letters = [
        letter(
            f"Quiz Night {n} on 5 December 2026, 7pm",
            **{"Message-ID": f"<{n}@x>", "Subject": f"Quiz Night {n}"},
        )
        for n in (1, 2)
    ]
    box = b"".join(b"From lantern Wed Nov 25 10:00:00 2026\n" + one + b"\n\n" for one in letters)
    assert [(one.external_id, one.title) for one in read(box)] == [
        ("1@x", "Quiz Night 1"),
        ("2@x", "Quiz Night 2"),
    ]


def test_files_are_known_by_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "letter.eml"
    file.write_bytes(letter())
    assert detect(read_file(file)) is MailConnector
    assert detect(RawPayload(url="", content=letter())) is MailConnector
    assert MailConnector.recognizes(payload("Subject: a note\nnothing else")) == 0.0
    assert MailConnector.recognizes(payload('{"from": 1}')) == 0.0


@pytest.mark.parametrize("content", [b"", b"nothing", b"<html></html>"])
def test_what_is_no_mail_is_refused(content: bytes) -> None:
    with pytest.raises(SchemaChanged, match="neither a mail nor a mailbox"):
        read(content)


@pytest.mark.parametrize(
    "head",
    [
        b"Date: nonsense",
        b"Subject: =?utf-8?b?////?=",
        b"From: \xff\xfe <",
        b"Content-Type: multipart/mixed",
        b"Content-Type: text/html; charset=nope",
    ],
)
def test_broken_mails_do_no_harm(head: bytes) -> None:
    (one,) = read(b"From: A <a@b.example>\n" + head + b"\n\n")
    assert isinstance(one, Dropped)


def test_a_mail_says_where_its_sender_is_at_home() -> None:
    (one,) = read(letter("Quiz Night on 5 December 2026, 7pm", Subject="Quiz Night"), venue="The Lantern")
    assert isinstance(one, RawRecord)
    assert one.venue.name == "The Lantern"
