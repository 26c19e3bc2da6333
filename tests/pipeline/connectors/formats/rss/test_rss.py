"""Feeds of every dialect, their items' own fields, coverage and identity."""

from datetime import UTC, datetime

import pytest

from pipeline.connectors.formats.rss import RssConfig, RssConnector
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped
from tests.pipeline.connectors.reading import TableHttpClient, kept, only, params, payload, reasons, rss

EV = 'xmlns:ev="http://purl.org/rss/1.0/modules/event/"'
START = f"<ev:startdate {EV}>2026-12-01T19:00:00+01:00</ev:startdate>"


def feed(*items: str, before: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Town</title>{before}{"".join(items)}</channel></rss>'


@pytest.mark.parametrize(
    "text",
    [
        feed(f"<item><title>Gig</title><link>https://a.example/1</link>{START}</item>"),
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>
        <item rdf:about="https://a.example/1"><title>Gig</title><link>https://a.example/1</link>{START}</item></rdf:RDF>""",
        f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>https://a.example/1</id><title type="html">Gig</title>
        <link rel="self" href="https://a.example/x"/><link href="https://a.example/1"/>{START}</entry></feed>""",
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
        <item><title>Gig</title><link>https://a.example/1</link>{START}</item></rdf:RDF>""",
    ],
    ids=["2.0", "1.0", "atom", "0.9"],
)
def test_dialects(text):
    record = only(rss(text))

    assert (record.title, record.url, record.external_id) == (
        "Gig",
        "https://a.example/1",
        "https://a.example/1",
    )
    assert record.start.isoformat() == "2026-12-01T19:00:00+01:00"


@pytest.mark.parametrize(
    ("identifying", "identity", "url"),
    [
        (
            '<guid isPermaLink="false">g 1</guid><link>https://a.example/1</link>',
            "g 1",
            "https://a.example/1",
        ),
        ("<guid>https://a.example/2</guid>", "https://a.example/2", "https://a.example/2"),
        ('<guid isPermaLink="false">https://a.example/2</guid>', "https://a.example/2", ""),
        (
            "<link>/3?utm_source=rss&amp;id=4</link>",
            "https://town.example/3?id=4",
            "https://town.example/3?utm_source=rss&id=4",
        ),
        ("", "", ""),
    ],
)
def test_identity_and_link(identifying, identity, url):
    record = only(rss(feed(f"<item><title>A</title>{identifying}{START}</item>")))

    assert (record.external_id, record.url, record.stable_id) == (identity, url, bool(identity))


def test_publication_date_is_no_start():
    (dropped,) = rss(
        feed(
            "<item><title>News</title><guid>n1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
        )
    ).records

    assert isinstance(dropped, Dropped)
    assert (dropped.reason, dropped.external_id, dropped.title) == ("no start", "n1", "News")


def test_fields_of_an_item():
    item = f"""<item><title>A &amp;amp; B &nbsp;&eacute;</title><description>&lt;p&gt;Hello&lt;/p&gt;</description><category>Music</category>
    <category>Jazz</category><ev:type {EV}>concert</ev:type><ev:organizer {EV}>Club</ev:organizer><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>
    <enclosure url="https://a.example/a.mp3" type="audio/mpeg"/><enclosure url="https://a.example/i.png?x=1" type="image/png"/>{START}</item>"""

    record = only(rss(feed(item)))

    assert (record.title, record.description) == ("A & B é", "<p>Hello</p>")
    assert (record.categories, record.organizer.name) == (("Music", "Jazz", "concert"), "Club")
    assert ([i.url for i in record.images], record.published) == (
        ["https://a.example/i.png?x=1"],
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


def test_full_content_wins_over_the_summary():
    item = f"""<item xmlns:content="http://purl.org/rss/1.0/modules/content/"><title>A</title><description>short</description>
    <content:encoded><![CDATA[<p>long</p>]]></content:encoded>{START}</item>"""

    assert only(rss(feed(item))).description == "<p>long</p>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &lt; y</p></div></content>',
            "<div><p>x &lt; y</p></div>",
        ),
        ('<content type="text">x &lt; y</content>', "x &lt; y"),
        ('<content type="html">&lt;p&gt;x&lt;/p&gt;</content>', "<p>x</p>"),
        ("<summary>x &amp; y</summary>", "x &amp; y"),
    ],
)
def test_atom_text_becomes_html(content, expected):
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>A</title>{content}{START}</entry></feed>'

    assert only(rss(text)).description == expected


def test_same_id_on_several_days_is_a_series():
    items = [
        f"<item><title>A</title><guid>g</guid><ev:startdate {EV}>2026-12-0{day}T10:00:00Z</ev:startdate></item>"
        for day in (1, 2, 2)
    ]

    records = list(rss(feed(*items)).records)

    assert [getattr(r, "reason", "") or r.recurrence_id for r in records] == [
        "duplicate id",
        "2026-12-01",
        "2026-12-02",
    ]


def test_coverage():
    item = f"<item><title>A</title>{START}</item>"

    assert rss(feed(item)).coverage is Coverage.PARTIAL
    assert rss(feed(item), complete=True).coverage is Coverage.COMPLETE
    assert not rss(feed(item)).cut
    assert rss(feed(item)).calendar_name == "Town"


def test_truncated_feed_is_read_as_far_as_it_goes():
    answer = rss(
        feed(f"<item><title>A</title>{START}</item>", "<item><title>B").split("</item></channel>")[0][:-20],
        complete=True,
    )

    assert (reasons(answer)[0], answer.coverage, answer.cut) == ("", Coverage.PARTIAL, True)


def test_empty_feed_has_no_records():
    assert reasons(rss(feed())) == []


def test_items_of_a_feed_do_not_nest():
    item = f"<item><title>A</title>{START}<item><title>B</title></item></item>"

    assert only(rss(feed(item))).title == "A"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("<rss/>", 0.95),
        ('\ufeff<?xml version="1.0"?><!-- x --><feed xmlns="x">', 0.95),
        ('<!DOCTYPE rss PUBLIC "x" "y"><rss version="0.91">', 0.95),
        ("<channel>", 0.7),
        ("<html>", 0),
        ("{}", 0),
        ("", 0),
    ],
)
def test_recognizes(text, score):
    assert RssConnector.recognizes(payload(text)) == score


def test_content_type_alone_is_a_guess():
    assert RssConnector.recognizes(payload("<meetings>", content_type="application/rss+xml")) == 0.2


def test_fetch_is_one_conditional_request():
    http = TableHttpClient(
        {"https://a.example/": feed(f"<item><title>A</title>{START}</item>")}, "application/rss+xml"
    )
    connector = RssConnector(RssConfig(url="https://a.example/"))

    (answer,) = connector.fetch(params(), http)
    connector.check_credentials(http)

    assert (len(kept(answer)), http.asked) == (1, [("https://a.example/", True)])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<!DOCTYPE html><html><body>x</body></html>", "HTML"),
        ("<html><body>x</body></html>", "HTML"),
        ("", "no XML"),
        ("plain", "no XML"),
        ("<meetings><meeting/></meetings>", "<meetings>"),
        ("<channel/>" + "<" * 5, "without items"),
        (
            '<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY b "&lol;&lol;">]><rss><channel><item><title>&b;</title></item></channel></rss>',
            "entities",
        ),
        (
            '<?xml version="1.0"?><!--x--><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
            "entities",
        ),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><rss/>', "entities"),
    ],
)
def test_refused(text, reason):
    with pytest.raises(SchemaChanged, match=reason):
        list(rss(text).records)


def test_entities_in_utf16_are_refused_too():
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>'

    with pytest.raises(SchemaChanged, match="entities"):
        rss(text.encode("utf-16"))


def test_external_dtd_is_not_loaded():
    text = '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel><item><title>A</title></item></channel></rss>'

    assert reasons(rss(text)) == ["no start"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1251"])
def test_charsets(charset):
    text = f'<?xml version="1.0" encoding="{charset}"?><rss><channel><item><title>Концерт</title>{START}</item></channel></rss>'

    assert only(rss(text.encode(charset))).title == "Концерт"


def test_broken_markup_is_read_on():
    text = feed(f"<item><title>Fish & Chips <b>x</title><guid>1</guid>{START}</item>")

    assert "Fish" in next(iter(rss(text).records)).title


def test_deep_xml_is_cut():
    answer = rss("<rss><channel><item><title>A</title>" + "<b>" * 100_000)

    assert (reasons(answer), answer.cut) == (["no start"], True)


def test_an_article_s_text_keeps_its_links():
    body = '&lt;p&gt;Join us on Saturday, 12 December 2026 at 7 pm in the &lt;a href="https://hall.example/"&gt;hall&lt;/a&gt;.&lt;/p&gt;'
    record = only(
        rss(
            feed(
                f"<item><title>Winter concert</title><link>https://a.example/1</link><description>{body}</description></item>"
            )
        )
    )

    assert record.start == datetime(2026, 12, 12, 19)
    assert record.description.startswith("<p>Join us")
    assert '<a href="https://hall.example/">hall</a>' in record.description
