"""One event in several syntaxes is one record."""

from datetime import timedelta

from tests.pipeline.connectors.reading import kept, only, page

LD = '<script type="application/ld+json">{"@type": "Event", "name": "Gig & more", "startDate": "%s"%s}</script>'
MICRO = (
    '<div itemscope itemtype="http://schema.org/Event"><b itemprop="name">GIG  &amp; More</b><time itemprop="startDate" datetime="%s"></time>'
    '<i itemprop="performer">Band</i>%s</div>'
)


def test_later_syntax_fills_what_the_first_does_not_say():
    record = only(
        page(
            LD % ("2026-12-01T20:00", ', "url": "/1"')
            + MICRO % ("2026-12-01T20:00:00+01:00", '<i itemprop="location">Hall</i>')
        )
    )

    assert (record.title, record.external_id, record.performers, record.venue.name) == (
        "Gig & more",
        "https://town.example/1",
        ("Band",),
        "Hall",
    )
    assert record.start.utcoffset() == timedelta(hours=1)


def test_time_is_added_to_a_day():
    assert only(page(LD % ("2026-12-01", "") + MICRO % ("2026-12-01T20:00", ""))).start.hour == 20


def test_other_time_is_another_event():
    assert len(kept(page(LD % ("2026-12-01T20:00", "") + MICRO % ("2026-12-01T22:00", "")))) == 2


def test_within_one_syntax_another_venue_is_another_event():
    hall, park = (MICRO % ("2026-12-01", f'<i itemprop="location">{name}</i>') for name in ("Hall", "Park"))

    assert len(kept(page(hall + park))) == 2
    assert len(kept(page(hall + hall))) == 1


def test_what_one_syntax_lacks_is_no_drop_where_another_has_it():
    assert only(page(LD % ("2026-12-01", "") + MICRO % ("", ""))).title == "Gig & more"
