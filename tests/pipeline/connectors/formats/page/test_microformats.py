"""h-event and hCalendar."""

from datetime import date, datetime

import pytest

from tests.pipeline.connectors.reading import kept, only, page, reasons


def test_h_event_with_a_card_as_its_place():
    html = """<div class="h-event"><a class="p-name u-url" href="/2012"> Camp
    2012 </a><time class="dt-start">2026-06-30</time><time class="dt-end">2026-07-01</time>
    <span class="p-location h-card"><a class="p-name u-url" href="http://g.example/">Geo</a><span class="p-street-address">920 SW 3rd</span>
    <abbr class="p-region" title="Oregon">OR</abbr></span><p class="p-category">Tech</p><div class="e-content">Some <b>text</b></div></div>"""

    record = only(page(html))

    assert (record.title, record.url, record.start, record.end) == (
        "Camp 2012",
        "https://town.example/2012",
        date(2026, 6, 30),
        date(2026, 7, 1),
    )
    assert (record.venue.name, record.venue.address, record.tags) == ("Geo", "920 SW 3rd, Oregon", ("Tech",))
    assert record.description == "Some <b>text</b>"


def test_hcalendar_with_adr_and_geo():
    html = """<div class="vevent"><span class="summary">Party</span><abbr class="dtstart" title="2026-06-18T18:00">June</abbr>
    <div class="location vcard"><span class="fn org">Pub</span><div class="adr"><span class="street-address">37 Blvd</span>
    <span class="locality">Portland</span></div><span class="geo"><abbr class="latitude" title="45.5">N</abbr>
    <abbr class="longitude" title="-122.6">W</abbr></span></div></div>"""

    venue = only(page(html)).venue

    assert (venue.name, venue.address, venue.city, venue.lat, venue.lng) == (
        "Pub",
        "37 Blvd, Portland",
        "Portland",
        45.5,
        -122.6,
    )


@pytest.mark.parametrize(
    ("inside", "start"),
    [
        (
            '<time class="value" datetime="2026-06-26">x</time> <span class="value">7:00pm</span>',
            datetime(2026, 6, 26, 19),
        ),
        ('<time class="value">2026-06-26</time> <time class="value">19:00</time>', datetime(2026, 6, 26, 19)),
        ('<span class="value-title" title="2026-06-26"> </span> June', date(2026, 6, 26)),
        ("2026-06-26 19:00", datetime(2026, 6, 26, 19)),
        ('<i class="value">2026-177</i>', date(2026, 6, 26)),
    ],
)
def test_dates_in_parts_are_joined(inside, start):
    assert (
        only(
            page(f'<p class="h-event"><b class="p-name">A</b><span class="dt-start">{inside}</span></p>')
        ).start
        == start
    )


def test_zone_in_a_part_of_its_own_counts():
    parts = "".join(f'<b class="value">{part}</b>' for part in ("2026-06-26", "19:00", "-0700"))
    html = f'<p class="vevent"><b class="summary">A</b><i class="dtstart">{parts}</i></p>'

    assert only(page(html)).start.isoformat() == "2026-06-26T19:00:00-07:00"


def test_end_that_is_a_time_alone_is_on_the_day_of_the_start():
    html = """<p class="h-event"><b class="p-name">A</b><time class="dt-start">2026-06-26T19:00</time>
    <span class="dt-end"><time class="value">22:00</time></span></p>"""

    assert only(page(html)).end == datetime(2026, 6, 26, 22)


def test_included_elements_belong_to_the_event():
    html = """<p id="shared"><span class="location">Hall</span></p>
    <div class="vevent"><b class="summary">A</b><i class="dtstart">2026-06-26</i><a class="include" href="#shared"></a></div>"""

    assert only(page(html)).venue.name == "Hall"


def test_event_inside_an_event_is_one_of_its_own():
    html = """<div class="h-event"><b class="p-name">Outer</b><i class="dt-start">2026-06-26</i>
    <div class="h-event"><b class="p-name">Inner</b><i class="dt-start">2026-06-27</i></div></div>"""

    assert [r.title for r in kept(page(html))] == ["Outer", "Inner"]


def test_name_alone_is_no_event_with_a_start():
    assert reasons(page('<a class="h-event" href="/x">Camp</a>')) == ["no start"]
