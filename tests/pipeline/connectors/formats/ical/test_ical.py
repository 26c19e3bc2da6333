"""The iCalendar connector as a whole: recognition, one conditional request, coverage, limits."""

from datetime import UTC, datetime

import pytest

from pipeline.connectors.formats.ical import ICal, ICalConfig
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import Response
from pipeline.contract.http_errors import NotModified
from pipeline.contract.raw import RawPayload, RawRecord
from tests.pipeline.connectors.ical_text import NOW, calendar, event, page, params, read

CONCERT = event("DTSTART:20261201T190000Z", "SUMMARY:Concert")


class FakeHttpClient:
    """Answers every request with one calendar and stores the requests."""

    def __init__(self, content: bytes = calendar(CONCERT).encode(), *, changed: bool = True) -> None:
        self.content, self.changed, self.asked = content, changed, []

    def get(self, url, *, params=None, headers=None, conditional=False):
        self.asked.append((url, conditional))
        if not self.changed:
            raise NotModified("304", url=url)
        return Response(
            url=url,
            status=200,
            headers={"content-type": "text/calendar; charset=utf-8"},
            content=self.content,
            fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
        )

    def post(self, url, *, json=None, data=None, headers=None):
        raise AssertionError("nothing to post")


def test_fetch_asks_once_and_conditionally_and_turns_webcal_into_https():
    http = FakeHttpClient()

    (got,) = ICal(ICalConfig(url="webcal://a.example/c.ics")).fetch(params(), http)

    assert http.asked == [("https://a.example/c.ics", True)]
    assert [record.title for record in got.records] == ["Concert"]
    assert got.payload.content_type == "text/calendar; charset=utf-8"
    assert got.payload.fetched_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_fetch_passes_on_that_nothing_changed():
    with pytest.raises(NotModified):
        list(ICal(ICalConfig(url="https://a.example/c.ics")).fetch(params(), FakeHttpClient(changed=False)))


@pytest.mark.parametrize("url", ["", "ftp://a.example/c.ics", "javascript:alert(1)"])
def test_a_wrong_address_is_told_before_any_request(url):
    http = FakeHttpClient()

    with pytest.raises(ConfigInvalid, match="url"):
        ICal(ICalConfig(url=url)).check_credentials(http)
    with pytest.raises(ConfigInvalid, match="url"):
        list(ICal(ICalConfig(url=url)).fetch(params(), http))
    assert http.asked == []


def test_a_right_address_needs_no_credentials():
    http = FakeHttpClient()

    ICal(ICalConfig(url="https://a.example/c.ics")).check_credentials(http)

    assert http.asked == []


@pytest.mark.parametrize("number", [0, 1001])
def test_max_occurrences_out_of_range_is_refused(number):
    with pytest.raises(ConfigInvalid, match="max_occurrences"):
        ICal(ICalConfig(max_occurrences=number))


@pytest.mark.parametrize(
    ("content", "content_type", "url", "score"),
    [
        (calendar().encode(), "", "https://a.example/", 1.0),
        (calendar().encode("utf-16"), "", "https://a.example/", 1.0),
        (b"\xef\xbb\xbf\r\nbegin:vcalendar\r\nend:vcalendar\r\n", "", "https://a.example/", 1.0),
        (b"BEGIN:VEVENT\rEND:VEVENT\r", "", "https://a.example/", 1.0),
        (b"<!DOCTYPE html><html>\nBEGIN:VCALENDAR\n", "text/html", "https://a.example/", 0.0),
        (b"not yet", "text/calendar", "https://a.example/", 0.2),
        (b"not yet", "", "https://a.example/x.ICS?y=1", 0.2),
        (b"{}", "application/json", "https://a.example/", 0.0),
    ],
)
def test_recognizes_by_content_first(content, content_type, url, score):
    assert ICal.recognizes(RawPayload(url=url, content=content, content_type=content_type)) == score


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty answer"),
        (b" \r\n\x00", "empty answer"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
        (b"<!-- cache --><html>\nBEGIN:VCALENDAR\nEND:VCALENDAR\n</html>", "HTML page"),
        (b'{"events": []}', "JSON"),
        (b'<?xml version="1.0"?><rss/>', "XML"),
        (b"Service unavailable", "no calendar"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no calendar"),
    ],
)
def test_what_is_no_calendar_is_a_changed_schema_and_not_zero_events(content, words):
    with pytest.raises(SchemaChanged, match=words):
        page(content)


def test_a_calendar_without_events_is_a_valid_empty_page():
    got = page(calendar("X-WR-CALNAME:Quiet", "BEGIN:VTODO", "SUMMARY:Not an event", "END:VTODO"))

    assert (list(got.records), got.coverage, got.calendar_name) == ([], Coverage.COMPLETE, "Quiet")


def test_text_before_the_calendar_does_no_harm():
    (record,) = read("<br />\n<b>Warning</b>: something in index.php\n" + calendar(CONCERT))

    assert record.title == "Concert"


def test_other_components_are_neither_found_nor_dropped():
    todo, journal, busy = (
        f"BEGIN:{name}\nUID:{name}\nDTSTART:20261201T190000Z\nEND:{name}"
        for name in ("VTODO", "VJOURNAL", "VFREEBUSY")
    )

    assert [record.external_id for record in read(calendar(todo, CONCERT, journal, busy))] == ["a@x"]


@pytest.mark.parametrize(
    ("text", "coverage"),
    [
        (calendar(CONCERT), Coverage.COMPLETE),
        (calendar(CONCERT) + calendar(event("DTSTART:20261202", uid="b")), Coverage.COMPLETE),
        (calendar(CONCERT).removesuffix("END:VCALENDAR\n"), Coverage.PARTIAL),
        (calendar(CONCERT).removesuffix("ENDAR\n"), Coverage.PARTIAL),
        (CONCERT, Coverage.PARTIAL),
    ],
)
def test_coverage_is_complete_only_when_the_calendar_was_closed(text, coverage):
    assert page(text).coverage == coverage


def test_a_limit_makes_the_answer_partial():
    got = page(calendar(CONCERT, event("DTSTART:20261202", uid="b")), limit=1)

    assert (len(list(got.records)), got.coverage) == (1, Coverage.PARTIAL)


def test_records_are_lazy():
    got = page(calendar(*(event("DTSTART:20261201T190000Z", uid=str(number)) for number in range(50))))

    assert iter(got.records) is got.records
    assert next(got.records).external_id == "0"


def test_reading_twice_gives_equal_records():
    text = calendar(
        event("DTSTART;TZID=Europe/Berlin:20261201T190000", "RRULE:FREQ=DAILY;COUNT=3"),
        CONCERT.replace("a@x", "b"),
    )

    assert read(text) == read(text)


def test_calendar_says_its_name_and_zone_wherever_the_lines_stand():
    text = calendar(
        event("DTSTART:20261201T190000Z"), "X-WR-CALNAME:Jazz\\, every night", "X-WR-TIMEZONE:Europe/Vienna"
    )
    got = page(text)

    assert got.calendar_name == "Jazz, every night"
    assert [(record.start, record.timezone, record.calendar_timezone) for record in got.records] == [
        (datetime(2026, 12, 1, 19, tzinfo=UTC), "", "Europe/Vienna")
    ]


def test_several_calendars_in_one_file_keep_their_own_zone():
    first = calendar("X-WR-TIMEZONE:Europe/Vienna", event("DTSTART:20261201T190000Z"))
    second = calendar("X-WR-TIMEZONE:Asia/Tokyo", event("DTSTART:20261201T190000Z", uid="b"))

    assert [record.calendar_timezone for record in read(first + second)] == ["Europe/Vienna", "Asia/Tokyo"]


def test_single_events_are_given_whatever_their_date():
    records = read(calendar(event("DTSTART:20160101T190000Z"), event("DTSTART:20360101T190000Z", uid="b")))

    assert all(isinstance(record, RawRecord) for record in records)
    assert [record.recurrence_id for record in records] == ["", ""]


def test_metadata_names_the_connector():
    assert (ICal.metadata.name, ICal.metadata.type, ICal.config_type) == ("ical", "ical", ICalConfig)
    assert params().now == NOW
