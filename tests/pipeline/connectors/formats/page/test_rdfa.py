"""RDFa Lite, and older vocabularies."""

from datetime import datetime

from tests.pipeline.connectors.reading import only, page


def test_typed_nodes_and_their_properties_are_read():
    html = """<div vocab="https://schema.org/" typeof="MusicEvent" resource="#e1"><a property="url" href="/e9"><span property="name">Gig</span></a>
    <time property="startDate" datetime="2026-12-01T20:00">x</time><div property="location" typeof="Place"><span property="name">Hall</span></div>
    <span property="offers" typeof="Offer"><span property="price" content="0">Free</span></span></div>"""

    record = only(page(html))

    assert (record.title, record.start, record.venue.name, record.is_free) == (
        "Gig",
        datetime(2026, 12, 1, 20),
        "Hall",
        True,
    )
    assert record.external_id == "https://town.example/e9"


def test_calendar_terms_are_read():
    html = """<div about="#event" typeof="cal:Vevent"><span property="cal:summary">Gig</span>
    <abbr property="cal:dtstart" content="20261201T200000">1 Dec</abbr>
    <span rel="cal:location" typeof="vcard:Address"><i property="vcard:locality">Town</i></span></div>"""

    record = only(page(html))

    assert (record.start, record.venue.city, record.stable_id) == (datetime(2026, 12, 1, 20), "Town", False)
