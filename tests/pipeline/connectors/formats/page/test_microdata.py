"""Microdata: values by element, items in items, itemref."""

from datetime import datetime

from tests.pipeline.connectors.reading import kept, only, page

EVENT = """<div itemscope itemtype="https://schema.org/{kind}"><a itemprop="url" href="/e/1"><b itemprop="name">Jazz  night</b></a>
<meta itemprop="startDate" content="2026-12-01T20:00">
<div itemprop="location" itemscope itemtype="http://schema.org/Place"><span itemprop="name">Hall</span>
<p itemprop="address" itemscope itemtype="http://schema.org/PostalAddress"><span itemprop="streetAddress">1 Road</span>
<span itemprop="addressLocality">Town</span></p></div>
<div itemprop="description">Hello <i>you</i></div><img itemprop="image" src="i.jpg">
<span itemprop="offers" itemscope itemtype="http://schema.org/Offer"><data itemprop="price" value="13.00">$13</data></span></div>"""


def test_values_come_from_where_elements_keep_them():
    record = only(page(EVENT.format(kind="MusicEvent")))

    assert (record.title, record.start, record.url) == (
        "Jazz night",
        datetime(2026, 12, 1, 20),
        "https://town.example/e/1",
    )
    assert (record.venue.name, record.venue.address, record.venue.city) == ("Hall", "1 Road, Town", "Town")
    assert (record.description, record.price_min, record.images[0].url) == (
        "Hello <i>you</i>",
        "13.00",
        "https://town.example/i.jpg",
    )
    assert record.categories == ("MusicEvent",)


def test_content_on_any_element_wins_over_its_text():
    html = '<p itemscope itemtype="http://schema.org/Event"><b itemprop="name">A</b><i itemprop="startDate" content="2026-12-01">Tue</i></p>'

    assert only(page(html)).start.isoformat() == "2026-12-01"


def test_itemref_brings_properties_from_elsewhere():
    html = """<p id="when"><time itemprop="startDate" datetime="2026-12-01T10:00Z">then</time></p>
    <div itemscope itemtype="http://schema.org/Event" itemref="when missing"><span itemprop="name">A</span></div>
    <div itemscope itemtype="http://schema.org/Event" itemref="when"><span itemprop="name">B</span></div>"""

    assert [(r.title, r.start.hour) for r in kept(page(html))] == [("A", 10), ("B", 10)]


def test_events_of_a_group_and_of_the_older_vocabulary_are_found():
    html = """<div itemscope itemtype="http://schema.org/MusicGroup"><div itemprop="event" itemscope itemtype="http://data-vocabulary.org/Event">
    <span itemprop="summary">A</span><time itemprop="startDate" datetime="2026-12-01"></time></div></div>"""

    assert only(page(html)).title == "A"


def test_item_that_is_a_property_of_nothing_counts():
    html = '<p itemprop="event" itemscope itemtype="http://schema.org/Event"><b itemprop="name">A</b><time itemprop="startDate">2026-12-01</time></p>'

    assert only(page(html)).title == "A"


def test_base_element_decides_what_links_are_relative_to():
    html = '<base href="https://other.example/x/">' + EVENT.format(kind="Event")

    assert only(page(html)).images[0].url == "https://other.example/x/i.jpg"


def test_the_only_picture_in_an_item_is_its_picture():
    reported = (
        '<img src="/a.jpg"><b itemprop="name">A</b><time itemprop="startDate" datetime="2026-12-01">x</time>'
    )
    made = only(page(f'<div itemscope itemtype="https://schema.org/Event">{reported}</div>'))
    assert [image.url for image in made.images] == ["https://town.example/a.jpg"]


def test_words_of_blocks_do_not_run_together():
    reported = '<div itemprop="name"><p>One <b>two</b> three.</p>Four<br>five</div><meta itemprop="startDate" content="2026-12-01">'
    made = only(page(f'<div itemscope itemtype="https://schema.org/Event">{reported}</div>'))
    assert made.title == "One two three. Four five"
