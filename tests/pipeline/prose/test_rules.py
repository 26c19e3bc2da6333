"""What the rules read in prose: labelled lines, unambiguous dates, listed rows; and what they leave alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.prose import Prose, Rules, announced
from pipeline.prose.lines import lines_of
from pipeline.text.markup import text_of_html
from tests.pipeline.connectors.reading import params

#: A Wednesday.
WRITTEN = datetime(2026, 11, 25, 17, tzinfo=UTC)
RULES = Rules()


def read(text: str, **more: Any) -> list[RawRecord]:
    given = {
        "now": datetime(2027, 3, 1, tzinfo=UTC),
        "published": WRITTEN,
        "timezone": "America/New_York",
        **more,
    }
    return [one for one in RULES.extract(Prose(text=text, **given)) if isinstance(one, RawRecord)]


def reason(text: str, **more: Any) -> str:
    (one,) = RULES.extract(Prose(text=text, **{"now": WRITTEN, "published": WRITTEN, **more}))
    assert isinstance(one, Dropped), one
    return one.reason


def reported(one: RawRecord) -> tuple[Any, ...]:
    return one.title, one.start, one.venue.name


@pytest.mark.parametrize(
    ("text", "language", "title", "start", "venue"),
    [
        (
            "WINTER MARKET 🎉\n📅 Saturday 5 December 2026\n🕖 7:30 PM\n📍 Town Hall, 12 Main St",
            "", "WINTER MARKET", datetime(2026, 12, 5, 19, 30), "Town Hall",
        ),
        ("What: Quiz Night\nWhen: 4 December 2026, 19:30\nWhere: The Fox", "en", "Quiz Night", datetime(2026, 12, 4, 19, 30), "The Fox"),
        ("Wann: 4. Dezember, 20 Uhr\nWas: Lampenfest\nWo: Halle 7", "de", "Lampenfest", datetime(2026, 12, 4, 20), "Halle 7"),
        ("Concert de Noël\nvendredi 4 décembre à 20h\nLieu : Église Saint-Pierre", "fr", "Concert de Noël", datetime(2026, 12, 4, 20), "Église Saint-Pierre"),
        ("Open Mic\n2026-12-04 19:30\n@ Strange Barn", "en", "Open Mic", datetime(2026, 12, 4, 19, 30), "Strange Barn"),
        ("4 December 2026, 8pm: Lantern Walk", "en", "Lantern Walk", datetime(2026, 12, 4, 20), ""),
        ("Markt\nWann: Freitag, den 12. März 2027 um 19 Uhr", "en", "Markt", datetime(2027, 3, 12, 19), ""),
        ("Bal\nQuand : 12 août 2027, 20h30\nLieu : La Halle", "", "Bal", datetime(2027, 8, 12, 20, 30), "La Halle"),
        ("Lantern Fair\n4 December\nSt. Mark's Hall", "en", "Lantern Fair", date(2026, 12, 4), "St. Mark's Hall"),
    ],
)  # fmt: skip
def test_one_event(text: str, language: str, title: str, start: datetime | date, venue: str) -> None:
    (one,) = read(text, language=language)
    assert reported(one) == (title, start, venue)
    assert one.method is ExtractionMethod.TEXT


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("Jazz Night – Late Trio", "Jazz Night – Late Trio"),
        ("Open Mic (18+)", "Open Mic (18+)"),
        ("Exhibition « Colours »", "Exhibition « Colours »"),
        ('"The Sea" – A Reading', '"The Sea" – A Reading'),
        ("Dance till late!", "Dance till late!"),
        ("2026-12-05 · Blue Hall, Leipzig · Nightjar", "Nightjar"),
        ("Nightjar · Blue Hall, Leipzig · 2026-12-05", "Nightjar"),
        ("Nightjar (DE) + Moths - Sa 05.12.2026 - 20:00", "Nightjar (DE) + Moths"),
        ("Lantern Walk (5 December 2026)", "Lantern Walk"),
    ],
)
def test_a_headline_keeps_its_signs_and_loses_its_day(headline: str, title: str) -> None:
    (one,) = read("Sat 5 December 2026, 8pm", title=headline)
    assert one.title == title


@pytest.mark.parametrize(
    "text",
    [
        "Tomorrow at 8pm: Open Mic",
        "Jazz night this Friday at 8pm at Blue Note!",
        "Open Mic every first Friday at 8pm @ Blue Hall",
        "Open Mic on 4/5 at 8pm",
        "We are hiring! Apply by Friday 4 December.",
        "Early bird until 4 December",
        "born 4 December 1990",
        "The show was on 3 March 2020.",
        "$25, room 12, 24/7",
    ],
)
def test_days_that_are_relative_ambiguous_past_or_a_deadline_are_left_to_a_person(text: str) -> None:
    assert reason(text, timezone="") == "no date in the text"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no text"),
        ("Thanks to everyone who came! What a night.", "no date in the text"),
        ("We met on 1 December, then on 5 December, on 9 December and on 12 December.", "several dates, no list"),
        ("4 December 2026, 8pm", "no title"),
    ],
)  # fmt: skip
def test_a_text_without_an_event_says_why(text: str, why: str) -> None:
    assert reason(text) == why


def test_a_programme_becomes_a_record_for_each_event() -> None:
    text = "This week:\n\nFri 27 Nov: The Blue Birds at 9pm, $12\nSat 28 Nov: Silent Disco 10pm\nSun 29 Nov: Open Mic, 7pm (free entry)"
    birds, disco, mic = read(text, venue="The Lantern")
    assert reported(birds) == ("The Blue Birds", datetime(2026, 11, 27, 21), "The Lantern")
    assert reported(disco) == ("Silent Disco", datetime(2026, 11, 28, 22), "The Lantern")
    assert reported(mic) == ("Open Mic", datetime(2026, 11, 29, 19), "The Lantern")
    assert (birds.price_text, disco.price_text) == ("$12", "")


def test_a_table_with_bars_has_titles_times_and_halls() -> None:
    text = "| Date | Time | Event | Venue |\n| 2026-12-04 | 20:00 | Jazz | Blue Room |\n| 2026-12-05 | 21:00 | Rock | Harbour Hall |"
    assert [reported(one) for one in read(text)] == [
        ("Jazz", datetime(2026, 12, 4, 20), "Blue Room"),
        ("Rock", datetime(2026, 12, 5, 21), "Harbour Hall"),
    ]


def test_days_as_headings_over_times() -> None:
    text = "FRIDAY 27 NOV\n8pm Trio Rosa @ Cafe Oto\n10pm DJ Lull @ Corsica Studios\nSATURDAY 28 NOV\n9pm The Fauns @ The Lexington"
    assert [reported(one) for one in read(text)] == [
        ("Trio Rosa", datetime(2026, 11, 27, 20), "Cafe Oto"),
        ("DJ Lull", datetime(2026, 11, 27, 22), "Corsica Studios"),
        ("The Fauns", datetime(2026, 11, 28, 21), "The Lexington"),
    ]


def test_blocks_with_the_day_below_the_title() -> None:
    text = "Comedy Night with Ann Smith\nThu Dec 3, 8pm\nThe Cellar\n\nTrivia Tuesday\nTue Dec 8, 7pm\nThe Cellar"
    assert [reported(one)[:2] for one in read(text)] == [
        ("Comedy Night with Ann Smith", datetime(2026, 12, 3, 20)),
        ("Trivia Tuesday", datetime(2026, 12, 8, 19)),
    ]


def test_titles_over_stories_over_labelled_days() -> None:
    text = (
        "Clay Birds\n\nIt is a story of a boy who was made of clay and of what became of him.\n\nWhen: Tuesday, 1 December 2026, 7:30PM\n\nTickets: Rs. 100\n\n"
        "The Well\n\nIt is set in a village.\n\nWhen: Thursday, 3 December 2026, 7PM\n\nTickets: Rs. 150"
    )
    found = read(text, title="Plays at Corner House: December")
    assert [(one.title, one.start, one.price_text) for one in found] == [
        ("Clay Birds", datetime(2026, 12, 1, 19, 30), "Rs. 100"),
        ("The Well", datetime(2026, 12, 3, 19), "Rs. 150"),
    ]


def test_a_headline_is_the_title_without_its_day() -> None:
    text = "Join us on Friday December 4th from 6-8pm for the reception."
    (one,) = read(text, title="Opening Friday, Dec 4th at the Mill: Clay Collective")
    assert (one.title, one.start) == ("Opening at the Mill: Clay Collective", datetime(2026, 12, 4, 18))


def test_the_labelled_day_of_several_is_the_events() -> None:
    (one,) = read(
        "Lantern Walk\nWhen: 4 December 2026, 6pm\nIt was announced on 1 December 2026, and ends the season."
    )
    assert reported(one)[:2] == ("Lantern Walk", datetime(2026, 12, 4, 18))


def test_the_time_of_the_doors_is_no_start() -> None:
    (one,) = read("The Late Trio\nFriday 4 December 2026\nDoors: 7pm\nShow: 8pm")
    assert (one.start, one.doors) == (datetime(2026, 12, 4, 20), datetime(2026, 12, 4, 19))


def test_a_span_of_days_is_one_event() -> None:
    (span,) = read("Craft Fair, 4-6 December 2026 at Town Hall")
    assert (span.start, span.end, span.venue.name) == (date(2026, 12, 4), date(2026, 12, 6), "Town Hall")


@pytest.mark.parametrize(
    ("words", "status"),
    [("It is cancelled.", "cancelled"), ("Abgesagt!", "cancelled"), ("verschoben", "postponed"), ("", "")],
)
def test_what_became_of_it(words: str, status: str) -> None:
    (one,) = read(f"Lantern Walk on 4 December 2026, 8pm\n{words}")
    assert one.status == status


def test_a_text_without_a_title_takes_the_author() -> None:
    (one,) = read("4 December 2026, 8pm\n$5", author="Quiet Trio")
    assert (one.title, one.metadata["believed"]["title"]) == ("Quiet Trio", 0.3)


def test_each_field_tells_where_it_was_read_and_how_far_it_is_believed() -> None:
    (one,) = read("Jazz night, 4 December 2026 8pm @ Blue Note | $10")
    assert one.metadata["evidence"] == {"title": "Jazz night", "start": "4 December 2026 8pm", "venue": "Blue Note", "price": "$10"}  # fmt: skip
    believed = one.metadata["believed"]
    assert all(0 < value < 1 for value in believed.values())
    assert one.metadata["start_confidence"] == believed["start"]


def test_addresses_come_from_the_text_alone() -> None:
    text = "Open Mic, 4 December 2026, 8pm\nTickets: https://tickets.example/mic."
    (one,) = read(text, url="https://posts.example/1")
    assert (one.url, one.ticket_url) == ("https://posts.example/1", "https://tickets.example/mic")


def test_several_events_of_a_post_have_stable_ids_of_their_own() -> None:
    about = RawRecord(external_id="post", tags=("live",), raw="{}")
    prose = Prose(
        text="Fri 27 Nov: Blue Birds, 9pm\nSat 28 Nov: Silent Disco, 10pm", now=WRITTEN, published=WRITTEN
    )
    one, two = announced(prose, about, params())
    again = announced(
        Prose(text=f"Hello!\n\n{prose.text}\nSee you", now=WRITTEN, published=WRITTEN), about, params()
    )
    assert one.external_id.startswith("post#")
    assert [one.external_id, two.external_id] == [other.external_id for other in again]
    assert one.external_id != two.external_id
    (alone,) = announced(
        Prose(text="Fri 27 Nov: Blue Birds, 9pm", now=WRITTEN, published=WRITTEN), about, params()
    )
    assert alone.external_id == "post"


def test_markup_becomes_lines() -> None:
    text = text_of_html(
        "<h1>Open&nbsp;Mic</h1><p>Fri <b>4 Dec</b><br>8pm <a href='https://a.example/x'>Tickets</a></p><script>alert(1)</script>"
    )
    assert [(line.text, line.urls) for line in lines_of(text)] == [
        ("Open Mic", ()),
        ("Fri 4 Dec", ()),
        ("8pm Tickets", ("https://a.example/x",)),
    ]


@given(st.text(max_size=400))
def test_nothing_that_a_text_holds_raises(text: str) -> None:
    assert RULES.extract(Prose(text=text, now=WRITTEN, published=WRITTEN, title=text[:40]))


@pytest.mark.parametrize(
    "text",
    [
        "this " * 3_000,
        "@ " * 3_000,
        "4 Dec " * 3_000,
        "$1 " * 3_000,
        "8pm-" * 3_000,
        "(" * 9_000,
        "a at A" * 2_000,
        "12/4 8pm x @ y\n" * 3_000,
        "4/5/6 " * 3_000,
        "Fri 4, Sat 5 & " * 3_000,
    ],
)
def test_hostile_texts_cost_little(text: str) -> None:
    started = datetime.now(UTC)
    RULES.extract(Prose(text=text * 3_000, now=WRITTEN, published=WRITTEN, timezone="America/New_York"))
    assert (datetime.now(UTC) - started).total_seconds() < 8
