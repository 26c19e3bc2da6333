"""Extensions of feeds for events."""

from datetime import date, datetime

import pytest

from tests.pipeline.connectors.reading import kept, only, reasons, rss

GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
RSS = "http://www.georss.org/georss"


def item(inside: str, title: str = "A", link: str = "https://a.example/1") -> str:
    return f"<rss><channel><title>T</title><item><title>{title}</title><link>{link}</link>{inside}</item></channel></rss>"


@pytest.mark.parametrize(
    ("inside", "start", "end"),
    [
        ('<x:dtstart xmlns:x="urn:ietf:params:xml:ns:xcal">20261201T190000Z</x:dtstart>', "2026-12-01T19:00:00+00:00", None),
        ('<c:dtstart xmlns:c="http://www.w3.org/2002/12/cal/ical#">2026-12-01</c:dtstart>', "2026-12-01", None),
        (
            '<gd:when xmlns:gd="http://schemas.google.com/g/2005" startTime="2026-12-01T19:00+01:00" endTime="2026-12-01T20:00+01:00"/>',
            "2026-12-01T19:00:00+01:00",
            "2026-12-01T20:00:00+01:00",
        ),
        (
            '<e:tribe_event_meta xmlns:e="Event"><e:startdate>2026-12-01 19:00:00</e:startdate><e:enddate>2026-12-01 21:00:00</e:enddate></e:tribe_event_meta>',
            "2026-12-01T19:00:00",
            "2026-12-01T21:00:00",
        ),
        (
            '<start xmlns="events">Tue, 01 Dec 2026 19:00:00 GMT</start><end xmlns="events">Tue, 01 Dec 2026 20:00:00 GMT</end>',
            "2026-12-01T19:00:00+00:00",
            "2026-12-01T20:00:00+00:00",
        ),
        ("<startDate>2026-12-01</startDate><startTime>7:30 pm</startTime>", "2026-12-01T19:30:00", None),
        ("<ev:startdate>2026-12-01T19:00Z</ev:startdate>", "2026-12-01T19:00:00+00:00", None),
        ('<t:utcstart xmlns:t="http://schemas.trumba.com/rss/x-trumba">2026-12-01T19:00Z</t:utcstart>', "2026-12-01T19:00:00+00:00", None),
    ],
    ids=["xcal", "ical rdf", "google", "the events calendar", "engage", "no namespace", "no declaration", "trumba"],
)  # fmt: skip
def test_times(inside, start, end):
    record = only(rss(item(inside)))

    assert (record.start.isoformat(), record.end.isoformat() if record.end else None) == (start, end)


def test_dublin_core_date_is_no_start():
    assert reasons(
        rss(item('<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2026-12-01T19:00Z</dc:date>'))
    ) == ["no start"]


@pytest.mark.parametrize(
    ("inside", "name", "point"),
    [
        ('<x:location xmlns:x="urn:ietf:params:xml:ns:xcal">Hall</x:location>', "Hall", (None, None)),
        ('<gd:where xmlns:gd="http://schemas.google.com/g/2005" valueString="Bar"/>', "Bar", (None, None)),
        ('<g:point xmlns:g="http://www.georss.org/georss">52.5 13.4</g:point>', "", (52.5, 13.4)),
        (f'<g:lat xmlns:g="{GEO}">52.5</g:lat><g:long xmlns:g="{GEO}">13.4</g:long>', "", (52.5, 13.4)),
        (f'<g:where xmlns:g="{RSS}"><m:Point xmlns:m="http://www.opengis.net/gml"><m:pos>52.5 13.4</m:pos></m:Point></g:where>', "", (52.5, 13.4)),
    ],
)  # fmt: skip
def test_places(inside, name, point):
    venue = only(rss(item(inside + "<start>2026-12-01</start>"))).venue

    assert (venue.name, (venue.lat, venue.lng)) == (name, point)


def test_pictures():
    inside = """<media:content xmlns:media="http://search.yahoo.com/mrss/" url="https://a.example/1.jpg" medium="image"/>
    <media:content xmlns:media="http://search.yahoo.com/mrss/" url="https://a.example/1.mp4" medium="video"/>
    <media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="https://a.example/t"/><start>2026-12-01</start>"""

    assert [i.url for i in only(rss(item(inside))).images] == [
        "https://a.example/1.jpg",
        "https://a.example/t",
    ]


def test_localists_title_tells_that_the_publication_date_is_the_start():
    record = only(
        rss(item("<pubDate>Fri, 04 Dec 2026 19:00:00 -0800</pubDate>", title="Dec 4, 2026: Gig at Hall"))
    )

    assert (record.title, record.start.isoformat()) == ("Gig at Hall", "2026-12-04T19:00:00-08:00")


H_EVENT = """<![CDATA[<div class="h-event"><b class="p-name">A</b><time class="dt-start" datetime="2026-12-01T20:00-05:00">x</time>
<p class="p-description">Words</p><span class="p-location">Hall</span></div>]]>"""


def test_markup_in_the_description_is_read():
    record = only(rss(item(f"<description>{H_EVENT}</description>")))

    assert (record.start.isoformat(), record.venue.name, record.description) == (
        "2026-12-01T20:00:00-05:00",
        "Hall",
        "Words",
    )


def test_local_offset_of_the_markup_is_kept_for_a_moment_in_utc():
    inside = f'<start xmlns="events">Wed, 02 Dec 2026 01:00:00 GMT</start><location xmlns="events">Room</location><description>{H_EVENT}</description>'

    record = only(rss(item(inside)))

    assert (record.start.isoformat(), record.venue.name) == ("2026-12-01T20:00:00-05:00", "Room")


def test_several_events_in_one_item():
    second = H_EVENT.replace("12-01", "12-02")

    records = kept(rss(item(f"<description>{H_EVENT}{second}</description>")))

    assert [r.recurrence_id[:10] for r in records] == ["2026-12-01", "2026-12-02"]


@pytest.mark.parametrize(
    ("title", "description", "start"),
    [
        ("Jazz, Friday December 4 at 8pm", "", datetime(2026, 12, 4, 20)),
        ("Market 5 December 2026", "", date(2026, 12, 5)),
        (
            "Talk",
            "&lt;p&gt;Join us on Saturday, 5th December, 7:30 pm&lt;/p&gt;",
            datetime(2026, 12, 5, 19, 30),
        ),
    ],
)
def test_dates_in_prose(title, description, start):
    record = only(
        rss(
            item(
                f"<description>{description}</description><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>",
                title=title,
            )
        )
    )

    assert (record.start, record.method) == (start, "text")
    assert 0 < record.metadata["start_confidence"] < 1


@pytest.mark.parametrize(
    "text",
    [
        "Tickets $25, room 12",
        "Published Nov. 20, 2026 in Town",
        "A quote of 20 May",
        "It was on 3 March 2020",
        "Jan 5, Feb 6, Mar 7, Apr 8 and so on",
    ],
)
def test_prose_without_an_announcement_is_no_start(text):
    assert reasons(
        rss(item(f"<description>{text}</description><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"))
    ) == ["no start"]


def test_field_in_words_is_read_or_handed_on():
    assert only(rss(item("<when>December 4, 9am - 12</when>"))).start == datetime(2026, 12, 4, 9)
    assert only(rss(item("<when>Every 2nd Tuesday</when>"))).start == "Every 2nd Tuesday"


def test_feed_language_helps_to_read():
    text = "<rss><channel><language>de-de</language><item><title>Konzert am 12. Dezember 2026, 20 Uhr</title></item></channel></rss>"

    assert only(rss(text)).start == datetime(2026, 12, 12, 20)
