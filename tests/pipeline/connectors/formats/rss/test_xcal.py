"""iCalendar in XML goes through the connector `ical`."""

from pipeline.contract.enums import Coverage
from tests.pipeline.connectors.reading import kept, only, rss

CALENDAR = """<?xml version="1.0"?><icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><vcalendar><properties>
<x-wr-calname><unknown>Town</unknown></x-wr-calname></properties><components><vevent><properties><uid><text>u1</text></uid>
<summary><text>Run; walk, talk</text></summary><description><text>a
b</text></description>
<dtstart><parameters><tzid><text>America/New_York</text></tzid></parameters><date-time>2026-12-01T18:00:00</date-time></dtstart>
<duration><duration>PT1H</duration></duration><geo><latitude>42.1</latitude><longitude>-77.0</longitude></geo>
<url><uri>https://a.example/1?x=1,2</uri></url>%s<!-- note --></properties></vevent></components></vcalendar></icalendar>"""


def test_calendar_in_xml_is_read():
    answer = rss(CALENDAR % "")
    record = only(answer)

    assert (record.external_id, record.title, record.description) == ("u1", "Run; walk, talk", "a\nb")
    assert (record.start.isoformat(), record.url, record.venue.lat) == (
        "2026-12-01T18:00:00-05:00",
        "https://a.example/1?x=1,2",
        42.1,
    )
    assert (answer.coverage, answer.calendar_name, answer.payload.content[:5]) == (
        Coverage.COMPLETE,
        "Town",
        b"<?xml",
    )


def test_rules_are_expanded():
    rule = "<rrule><recur><freq>WEEKLY</freq><until>2026-12-20</until><byday>TU</byday></recur></rrule>"

    assert [r.start.day for r in kept(rss(CALENDAR % rule))] == [1, 8, 15]


def test_days_are_all_day():
    text = (CALENDAR % "").replace(
        "<parameters><tzid><text>America/New_York</text></tzid></parameters><date-time>2026-12-01T18:00:00</date-time>",
        "<date>2026-12-01</date>",
    )

    assert only(rss(text.replace("<duration><duration>PT1H</duration></duration>", ""))).all_day


def test_cut_calendar_is_partial():
    answer = rss((CALENDAR % "").split("<!-- note")[0])

    assert (answer.coverage, answer.cut) == (Coverage.PARTIAL, True)


def test_categories_in_one_value_are_several():
    assert only(rss(CALENDAR % "<categories><text>Music,Performing Arts</text></categories>")).categories == (
        "Music",
        "Performing Arts",
    )
