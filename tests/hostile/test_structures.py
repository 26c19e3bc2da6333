"""Documents with a hostile structure: many elements that a connector compares, nests, repeats or refers to."""

from collections.abc import Callable

import pytest

from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload
from tests.hostile.measure import FLOOR, GROWTH, MOST, seconds_of
from tests.pipeline.connectors.reading import params

_LARGE = 50_000
_VEVENT = "BEGIN:VEVENT\nUID:%s\nDTSTART:20240101T190000\nSUMMARY:a\n%s\nEND:VEVENT\n"
_EVENT = '<div itemscope itemtype="https://schema.org/Event" '
_HEADINGS = "From: a <a@b.example>\nDate: Wed, 25 Nov 2026 10:00:00 -0700\n"


def _many(part: str, length: int) -> str:
    return part * (length // len(part))


def _numbered(part: str, length: int) -> str:
    return "".join(part % number for number in range(length // len(part)))


def _calendar(text: str) -> str:
    return f"BEGIN:VCALENDAR\n{text}END:VCALENDAR\n"


def _page(text: str) -> str:
    return f"<!doctype html><h1>Events</h1>{text}"


_STRUCTURES: dict[str, tuple[str, Callable[[int], str]]] = {
    "rules by the hour": (
        "ical",
        lambda n: _calendar(_many(_VEVENT % ("1", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"), n)),
    ),
    "rules with many hours": (
        "ical",
        lambda n: _calendar(
            _numbered(
                _VEVENT % ("%d", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=1,2,3,4,5,6,7,8;BYSETPOS=-1"),
                n,
            )
        ),
    ),
    "overrides of many masters": (
        "ical",
        lambda n: _calendar(
            _numbered(
                "BEGIN:VEVENT\nUID:1\nDTSTART:2026120%dT190000\nRDATE:20261224T190000\nSUMMARY:a\nEND:VEVENT\n",
                900,
            )
            + _many(
                "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20270101T000000\nDTSTART:20270101T190000\nSUMMARY:b\nEND:VEVENT\n",
                n,
            )
        ),
    ),
    "nested components": (
        "ical",
        lambda n: _calendar(
            _VEVENT % ("1", _numbered("BEGIN:X%d\n", n // 2) + _numbered("END:Y%d\n", n // 2))
        ),
    ),
    "attributes of one element": ("page", lambda n: _page(f"<p {_numbered(' a%d=b', n)}>")),
    "days inside one another": ("page", lambda n: _page(_numbered("<div>January 15, 20%02d", n))),
    "rows of a table without a head": (
        "page",
        lambda n: _page("<table>" + _many("<tr><td>January 15, 2027<td>Concert", n)),
    ),
    "items inside one another": ("page", lambda n: _page(_many(f"{_EVENT}itemprop=subEvent>", n))),
    "items that refer to two": (
        "page",
        lambda n: _page(
            _numbered(f'{_EVENT}itemprop=location id="%d" itemref="a b c">', n) + '<p id="a" itemprop=name>'
        ),
    ),
    "names inside one another": ("page", lambda n: _page(f"{_EVENT}>" + _many("<div itemprop=name>x", n))),
    "events that share what they include": (
        "page",
        lambda n: _page(
            '<p id="a">'
            + _many('<i class="p-category">x</i>', n // 2)
            + "</p>"
            + _many('<p class="h-event" itemref="a"></p>', n // 2)
        ),
    ),
    "canonical addresses": ("mobilizon", lambda n: _many('<link rel="canonical"', n)),
    "scripts that do not end": (
        "facebook",
        lambda n: 'facebook "__bbox" "event_place"' + _many("<script>", n),
    ),
    "states that do not end": (
        "meetup",
        lambda n: "<p>__APOLLO_STATE__ meetup" + _many('<script id="__NEXT_DATA__"', n),
    ),
    "wrappers of events": (
        "json_feed",
        lambda n: (
            "[{" + _numbered('"event%d":{"title":"a","start":"b"},', n) + '"title":"a","start":"2027-01-15"}]'
        ),
    ),
    "rules by the hour in JSON": (
        "json_feed",
        lambda n: (
            "["
            + _numbered(
                '{"title":"a%d","start":"2026-12-01T20:00:00Z","timezone":"UTC","rrule":"FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"},',
                n,
            )
            + "{}]"
        ),
    ),
    "recipients": (
        "mail",
        lambda n: (
            _HEADINGS
            + "To: "
            + _numbered("a%d@b.example, ", n // 2)
            + "\n\n"
            + _many("a9@b.example ", n // 2)
        ),
    ),
    "parts": (
        "mail",
        lambda n: _HEADINGS + 'Content-Type: multipart/mixed; boundary="b"\n\n' + _many("--b\n\nx\n", n),
    ),
    "mails in mails": (
        "mail",
        lambda n: (
            _HEADINGS + "Content-Type: message/rfc822\n\n" + _many("Content-Type: message/rfc822\n\n", n)
        ),
    ),
    "brackets in a heading": (
        "mail",
        lambda n: f"Cc: {_many('(', n)}\nFrom: {_many('(', 1_000)}\n{_HEADINGS}\nx",
    ),
    "quoted lines": (
        "mail",
        lambda n: f"{_HEADINGS}\nBegin forwarded message:\n{_many(chr(62) + chr(10), n)}",
    ),
}


def _reads(name: str) -> Callable[[bytes], object]:
    kind = CONNECTORS[name]
    connector = kind(kind.config_type())

    def read(content: bytes) -> object:
        payload = RawPayload(url="https://events.example/x", content=content)
        kind.recognizes(payload)
        kind.config_from_page(content.decode(), "")
        try:
            return list(connector.read(payload, params()).records)
        except SourceError as refused:
            return refused

    return read


@pytest.mark.parametrize("title", _STRUCTURES)
def test_a_document_of_hostile_making_is_read_in_time_that_grows_with_it(title: str) -> None:
    name, make = _STRUCTURES[title]
    read = _reads(name)
    half, whole = (
        min(seconds_of(read, make(length).encode()) for _ in range(3)) for length in (_LARGE // 2, _LARGE)
    )

    assert whole <= MOST
    assert whole <= GROWTH * max(half, 10 * FLOOR)
