"""What the rules read in prose, and what they ignore."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.prose import Prose, Rules, announced, text_of_html
from pipeline.prose.days import days_in
from pipeline.prose.languages import language_of
from pipeline.prose.lines import lines_of
from pipeline.prose.prices import price_in
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


def told(one: RawRecord) -> tuple[Any, ...]:
    return one.title, one.start, one.venue.name


@pytest.mark.parametrize(
    ("text", "title", "start", "venue"),
    [
        ("Jazz night this Friday at 8pm at Blue Note! $10 adv / $15 door. Tickets in bio #jazz", "Jazz night", datetime(2026, 11, 27, 20), "Blue Note"),
        (
            "SAVE THE DATE 🎉\n📅 Saturday 5 December 2026\n🕖 7:30 PM\n📍 Town Hall, 12 Main St\nWinter Market",
            "Winter Market", datetime(2026, 12, 5, 19, 30), "Town Hall",
        ),
        ("What: Quiz Night\nWhen: 4 December 2026, 19:30\nWhere: The Fox", "Quiz Night", datetime(2026, 12, 4, 19, 30), "The Fox"),
        ("Heute Abend: Poetry Slam im Kulturhaus Mitte, Einlass 19 Uhr, Beginn 20 Uhr.", "Poetry Slam", datetime(2026, 11, 25, 20), "Kulturhaus Mitte"),
        (
            "Concert de Noël\nvendredi 4 décembre à 20h\nÉglise Saint-Pierre, Paris\nEntrée libre",
            "Concert de Noël", datetime(2026, 12, 4, 20), "Église Saint-Pierre",
        ),
        ("Este viernes a las 21:00: Noche de Flamenco en el Teatro Azul. Entrada libre", "Noche de Flamenco", datetime(2026, 11, 27, 21), "Teatro Azul"),
        ("Tomorrow night! Join us for our annual Harvest Dinner at Green Farm. Doors 6pm.", "annual Harvest Dinner", datetime(2026, 11, 26, 18), "Green Farm"),
        ("आज शाम 7 बजे नाटक तुगलक", "नाटक तुगलक", datetime(2026, 11, 25, 19), ""),
        ("ನಾಳೆ ಸಂಗೀತ ಕಚೇರಿ\nಸ್ಥಳ: ಚೌಡಯ್ಯ ಹಾಲ್", "ಸಂಗೀತ ಕಚೇರಿ", date(2026, 11, 26), "ಚೌಡಯ್ಯ ಹಾಲ್"),
        ("Open Mic\n2026.12.04(Fri) 19:30\n@Strange Barn", "Open Mic", datetime(2026, 12, 4, 19, 30), "Strange Barn"),
    ],
)  # fmt: skip
def test_one_event(text: str, title: str, start: datetime | date, venue: str) -> None:
    (one,) = read(text)
    assert told(one) == (title, start, venue)
    assert one.method is ExtractionMethod.TEXT


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-25"), ("tonight", "2026-11-25"), ("tomorrow", "2026-11-26"), ("this Friday", "2026-11-27"), ("Friday at 8pm", "2026-11-27"),
        ("next Friday", "2026-12-04"), ("this weekend", "2026-11-28"), ("next weekend", "2026-12-05"), ("Saturday 5th", "2026-12-05"),
        ("day after tomorrow", "2026-11-27"), ("every Thursday at 7pm", "2026-11-26"), ("this Wednesday", "2026-11-25"), ("12/4 at 8pm", "2026-12-04"),
    ],
)  # fmt: skip
def test_days_count_from_the_day_of_writing(words: str, day: str) -> None:
    (found,) = days_in(f"Lantern Walk {words}", written=WRITTEN.date(), month_first=True)
    assert str(found.first) == day


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("de", "heute Abend", "2026-11-25"), ("de", "morgen", "2026-11-26"), ("de", "übermorgen", "2026-11-27"), ("de", "diesen Freitag", "2026-11-27"),
        ("de", "nächsten Freitag", "2026-12-04"), ("de", "kommendes Wochenende", "2026-11-28"), ("de", "Fr 4.12. 20 Uhr", "2026-12-04"),
        ("fr", "ce soir", "2026-11-25"), ("fr", "demain", "2026-11-26"), ("fr", "vendredi prochain", "2026-12-04"), ("fr", "ce week-end", "2026-11-28"),
        ("es", "esta noche", "2026-11-25"), ("es", "mañana", "2026-11-26"), ("es", "este sábado", "2026-11-28"), ("it", "stasera", "2026-11-25"),
        ("nl", "vanavond", "2026-11-25"), ("hi", "आज", "2026-11-25"), ("hi", "कल", "2026-11-26"), ("kn", "ನಾಳೆ", "2026-11-26"),
    ],
)  # fmt: skip
def test_days_in_other_languages(language: str, words: str, day: str) -> None:
    assert [str(found.first) for found in days_in(words, written=WRITTEN.date(), language=language)] == [day]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "a las 9 de la mañana"), ("de", "guten morgen"), ("en", "last Friday"), ("de", "letzten Freitag"), ("en", "Apply by 4 December"),
        ("en", "Early bird until 4 December"), ("en", "born 4 December 1990"), ("en", "$25, room 12, 24/7"),
    ],
)  # fmt: skip
def test_what_is_no_day_of_an_event(language: str, words: str) -> None:
    assert days_in(words, written=WRITTEN.date(), language=language) == []


def test_without_the_day_of_writing_only_written_out_days_count() -> None:
    assert read("Tomorrow at 8pm: Open Mic", published=None) == []
    (one,) = read("4 December 2027, 8pm: Open Mic", published=None)
    assert one.start == datetime(2027, 12, 4, 20)


def test_the_day_of_writing_is_that_of_the_place() -> None:
    late = datetime(2026, 11, 26, 3, tzinfo=UTC)
    (one,) = read("Tomorrow at 8pm: Open Mic at The Fox", published=late)
    assert one.start == datetime(2026, 11, 26, 20), "still Wednesday in New York"


def test_a_programme_becomes_a_record_for_each_event() -> None:
    text = "This week at The Lantern:\n\nFri 27 Nov: The Blue Birds at 9pm, $12\nSat 28 Nov: Silent Disco 10pm\nSun 29 Nov: Open Mic, 7pm (free entry)"
    birds, disco, mic = read(text)
    assert told(birds) == ("The Blue Birds", datetime(2026, 11, 27, 21), "The Lantern")
    assert told(disco) == ("Silent Disco", datetime(2026, 11, 28, 22), "The Lantern")
    assert told(mic) == ("Open Mic", datetime(2026, 11, 29, 19), "The Lantern")
    assert (birds.price_text, disco.price_text, mic.price_text) == ("$12", "", "free entry")


def test_days_as_headings() -> None:
    text = "FRIDAY\n8pm Trio Rosa @ Cafe Oto\n10pm DJ Lull @ Corsica Studios\nSATURDAY\n9pm The Fauns at The Lexington"
    assert [told(one) for one in read(text)] == [
        ("Trio Rosa", datetime(2026, 11, 27, 20), "Cafe Oto"),
        ("DJ Lull", datetime(2026, 11, 27, 22), "Corsica Studios"),
        ("The Fauns", datetime(2026, 11, 28, 21), "The Lexington"),
    ]


def test_titles_over_labelled_lines_below_a_day() -> None:
    text = (
        "Friday 27 November\nJazz Jam\nVenue: The Fox, 1 Hill Rd\nTime: 9pm\nBands: The Blues\nOpen Mic\nVenue: The Owl\nTime: 8pm - 11pm\nBands: anyone"
        "\nSaturday 28 November\nFolk Night\nVenue: The Fox\nTime: 7pm\nBands: Reed\nPunk Night\nVenue: The Owl\nTime: 10pm\nBands: Nail"
    )
    assert [told(one) for one in read(text)] == [
        ("Jazz Jam", datetime(2026, 11, 27, 21), "The Fox"),
        ("Open Mic", datetime(2026, 11, 27, 20), "The Owl"),
        ("Folk Night", datetime(2026, 11, 28, 19), "The Fox"),
        ("Punk Night", datetime(2026, 11, 28, 22), "The Owl"),
    ]


def test_blocks_with_the_day_below_the_title() -> None:
    text = "Comedy Night with Ann Smith\nThu Dec 3, 8pm\nThe Cellar\n\nTrivia Tuesday\nTue Dec 8, 7pm\nThe Cellar"
    assert [told(one) for one in read(text)] == [
        ("Comedy Night with Ann Smith", datetime(2026, 12, 3, 20), "The Cellar"),
        ("Trivia Tuesday", datetime(2026, 12, 8, 19), "The Cellar"),
    ]


def test_tour_dates_bear_the_name_of_the_tour() -> None:
    text = "The Wanderers announce winter tour\n\n12/4 - Chicago, IL - Metro\n12/5 - Detroit, MI - The Shelter\n12/7 – Toronto, ON @ Horseshoe Tavern"
    found = read(text)
    assert {one.title for one in found} == {"The Wanderers"}
    assert [(one.venue.name, one.venue.city, str(one.start)) for one in found] == [
        ("Metro", "Chicago", "2026-12-04"), ("The Shelter", "Detroit", "2026-12-05"), ("Horseshoe Tavern", "Toronto", "2026-12-07"),
    ]  # fmt: skip


def test_an_item_of_a_list_that_bears_no_title_takes_the_author() -> None:
    text = "Kick off the month with us!\n\nWed, Dec 2 📍 Old Town\nFri, Dec 4 📍 Mill Quarter\n\nSave & share with a friend"
    assert [told(one) for one in read(text, author="Lantern Sessions")] == [
        ("Lantern Sessions", date(2026, 12, 2), "Old Town"),
        ("Lantern Sessions", date(2026, 12, 4), "Mill Quarter"),
    ]
    assert read(text) == [], "and is none where nobody is known"


def test_items_of_one_line_with_their_day_inside() -> None:
    text = (
        "Lamp Market at the Yard: Fri. and Sat., Old Yard, $5\nSilver Ducks vs. Red Geese: Fri., 7 p.m., Harbour Arena\n"
        "Lantern Walk, 5 p.m. to 8 p.m. Saturday, Hill Park, 12 Hill St. Free."
    )
    assert [(one.title, one.start) for one in read(text, title="The weekend scene")] == [
        ("Lamp Market", date(2026, 11, 27)),
        ("Silver Ducks vs. Red Geese", datetime(2026, 11, 27, 19)),
        ("Lantern Walk", datetime(2026, 11, 28, 17)),
    ]


def test_titles_over_stories_over_labelled_days() -> None:
    text = (
        "Clay Birds\n\nIt is a story of a boy who was made of clay and of what became of him.\n\nWhen: Tuesday, 1 December 2026, 7:30PM\n\nTickets: Rs. 100\n\n"
        "The Well\n\nIt is set in a village.\n\nWhen: Thursday, 3 December 2026, 7PM\n\nTickets: Rs. 150"
    )
    assert [
        (one.title, one.start, one.price_text) for one in read(text, title="Plays at Corner House: December")
    ] == [
        ("Clay Birds", datetime(2026, 12, 1, 19, 30), "Rs. 100"),
        ("The Well", datetime(2026, 12, 3, 19), "Rs. 150"),
    ]


def test_a_headline_keeps_its_words_around_the_day() -> None:
    (one,) = read(
        "Join us on Friday December 4th from 6-8pm for the reception.",
        title="Opening Friday, Dec 4th at the Mill: Clay Collective",
    )
    assert (one.title, one.start) == ("Opening at the Mill: Clay Collective", datetime(2026, 12, 4, 18))


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("2026.12.04 밤 12시 Lantern Night", datetime(2026, 12, 5)),
        ("2026.12.04 저녁 8시 Lantern Night", datetime(2026, 12, 4, 20)),
        ("4 दिसंबर सायं 5.30 बजे दीप उत्सव", datetime(2026, 12, 4, 17, 30)),
        ("Este viernes 4 de diciembre a las 22 horas: Noche de Luz", datetime(2026, 12, 4, 22)),
        ("Vendredi 4 décembre à partir de 14 heures : Fête des lampes", datetime(2026, 12, 4, 14)),
        (
            "Fiesta de Luz en el parque\nviernes 4 de diciembre / 16.00-22.00\nLa entrada es libre",
            datetime(2026, 12, 4, 16),
        ),
    ],
)
def test_times_in_words(words: str, start: datetime) -> None:
    (one,) = read(words)
    assert one.start == start


@pytest.mark.parametrize(
    "text",
    [
        "Even when she is touring the world she finds time. Today, the singer shares a song with us.",
        "It’s a big, fun weekend here! The sun is out.",
        "DENVER, Nov. 25 (AP) -- The council said that the market had been a success, and that it would look for a new place for it.",
    ],
)
def test_a_story_with_a_day_is_no_event(text: str) -> None:
    assert read(text) == []


def test_a_span_and_an_enumeration_of_days() -> None:
    (span,) = read("Craft Fair, 4-6 December 2026 at Town Hall")
    assert (span.start, span.end) == (date(2026, 12, 4), date(2026, 12, 6))
    assert [one.start.isoformat() for one in read("Carol Singing on Fri 4 December and Sat 5 December at 7pm")] == [  # type: ignore[union-attr]
        "2026-12-04T19:00:00", "2026-12-05T19:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no text"),
        ("Thanks to everyone who came last Friday! What a night.", "no date in the text"),
        ("We are hiring! Apply by Friday 4 December.", "no date in the text"),
        ("The show was on 3 March 2020.", "no date in the text"),
        ("Good morning, have a lovely tomorrow", "no date in the text"),
    ],
)
def test_what_announces_nothing(text: str, why: str) -> None:
    assert reason(text) == why


def test_each_field_tells_where_it_was_read_and_how_far_it_is_believed() -> None:
    (one,) = read("Jazz night this Friday at 8pm @ Blue Note, $10")
    assert one.metadata["evidence"] == {
        "title": "Jazz night this Friday at 8pm @ Blue Note, $10", "start": "this Friday 8pm", "venue": "Blue Note, $10", "price": "$10",
    }  # fmt: skip
    believed = one.metadata["believed"]
    assert set(believed) == {"title", "start", "venue", "price"}
    assert all(0 < value < 1 for value in believed.values())
    assert one.metadata["start_confidence"] == believed["start"]


def test_addresses_come_from_the_text_alone() -> None:
    (one,) = read(
        "Open Mic, 4 December 2026, 8pm\nTickets: https://tickets.example/mic.", url="https://posts.example/1"
    )
    assert (one.url, one.ticket_url) == ("https://posts.example/1", "https://tickets.example/mic")


@pytest.mark.parametrize(
    ("words", "status", "sold_out"),
    [("CANCELLED", "cancelled", False), ("verschoben", "postponed", False), ("Sold out!", "", True)],
)
def test_what_became_of_it(words: str, status: str, sold_out: bool) -> None:
    (one,) = read(f"{words} Lantern Walk on 4 December 2026, 8pm")
    assert (one.status, one.sold_out) == (status, sold_out)


@pytest.mark.parametrize(
    ("line", "price"),
    [
        ("$10 adv / $15 door", "$10 adv / $15 door"), ("₹499 onwards", "₹499 onwards"), ("Eintritt frei", "Eintritt frei"), ("20% off, $5 beers", ""),
        ("12 €", "12 €"),
        ("Rs 499 / 799", "Rs 499 / 799"), ("₹499/799 onwards", "₹499/799 onwards"), ("$10-15", "$10-15"), ("10/8€", "10/8€"), ("$10 - 8pm", "$10"),
        ("$10 / 2 sets and a song", "$10"), ("10€/8€ concessions", "10€/8€ concessions"), ("Jazz at eight. Free.", "Free"), ("Free.", "Free"),
        ("Jazz Jam – free", "free"), ("Free Spirit Cafe", ""), ("Free entry", "Free entry"), ("20:00 - 10€", "10€"),
        ("₹1.5k per head", "₹1.5k"), ("by 11/24. $30", "$30"), ("12/11 Comedy 7:30pm FREE", "FREE"), ("Entrada livre", "Entrada livre"),
        ("Glühwein 3,50 €", ""), ("£25 incl. drink", "£25"), ("40€/mes", ""), ("Parkhaus 20.30 €/Tag", ""),
        ("Entry: 300/- INR", "300/- INR"), ("Biljett 250 kr", "250 kr"), ("Room 20 krone", ""),
    ],
)  # fmt: skip
def test_prices(line: str, price: str) -> None:
    assert price_in([line]) == price


@pytest.mark.parametrize(
    ("text", "title", "venue"),
    [
        ("Tonight 8pm LIVE @ Fandom: Peter Cat Recording Co", "Peter Cat Recording Co", "Fandom"),
        ("LIVE tonight 8pm @ Blue Hall: Quiet Trio", "Quiet Trio", "Blue Hall"),
        ("Friday 9pm onwards @ Fandom, Koramangala. LIVE: Parvaaz", "LIVE: Parvaaz", "Fandom"),
        ("LIVE TONIGHT!!\nThe Blue Project\n8pm\nFree entry", "The Blue Project", ""),
        ("Stand-up Saturday 8pm @ free", "Stand-up", ""),
        ("Techno night Friday 9 pm at Rs 499 onwards", "Techno night", ""),
        ("Quiz Night Friday 9 pm, venue: TBA", "Quiz Night", ""),
        ("Quiz Night Friday 9 pm at Free Spirit Cafe", "Quiz Night", "Free Spirit Cafe"),
        ("LIVE MUSIC tonight 8pm at Blue Hall", "LIVE MUSIC", "Blue Hall"),
    ],
)
def test_calls_and_prices_are_neither_titles_nor_venues(text: str, title: str, venue: str) -> None:
    (one,) = read(text)
    assert (one.title, one.venue.name) == (title, venue)


@pytest.mark.parametrize(
    ("language", "text", "title", "venue"),
    [
        (
            "en",
            "LANTERN JAZZ AT THE MILL\nFriday 4 December, 8pm\nThe Old Mill, 44 River Rd",
            "LANTERN JAZZ AT THE MILL",
            "The Old Mill",
        ),
        ("en", "Lantern Reel! 4 December, 7.30pm, Village Hall. £8", "Lantern Reel", "Village Hall"),
        ("en", "Lantern Fair\n4 December\nSt. Mark's Hall", "Lantern Fair", "St. Mark's Hall"),
        (
            "en",
            "Songs by Smt. Gayathri, 4 December 2026, 6.15 pm, Gayana Samaja",
            "Songs by Smt. Gayathri",
            "Gayana Samaja",
        ),
        (
            "en",
            "The library will be closed on Monday for repairs. Story Hour returns on 4 December at 10am",
            "Story Hour",
            "",
        ),
        (
            "de",
            "Sa. 12.12. 20h Konzert: Die Lampen\nVVK 12€ / AK 15€\nClub Kanal, Hafenstr. 7",
            "Konzert: Die Lampen",
            "Club Kanal",
        ),
        (
            "de",
            "4. Dezember, jeweils 20 Uhr: Lampenspiel im Theater am Gleis",
            "Lampenspiel",
            "Theater am Gleis",
        ),
        (
            "de",
            "Heute Abend spielt die Lampenkapelle ab 19 Uhr in der Buchhandlung Seitenweise",
            "Lampenkapelle",
            "Buchhandlung Seitenweise",
        ),
        (
            "fr",
            "4/12 20h Concert de la chorale Arc\nÉglise Saint-Martin",
            "Concert de la chorale Arc",
            "Église Saint-Martin",
        ),
        ("fr", "4 décembre à 20h, Nuit des lampes au cinéma Lumière", "Nuit des lampes", "cinéma Lumière"),
        ("es", "Del 4 al 8 de diciembre, Feria de Luz en el Paseo de Oro", "Feria de Luz", "Paseo de Oro"),
        ("it", "Domenica 29/11 ore 17:30 Lettura alla Libreria Nuvole", "Lettura", "Libreria Nuvole"),
        ("nl", "4 december om 20.30 uur: De Lampen live in De Kade, Zaandam", "De Lampen", "De Kade"),
        ("pt", "4 de dezembro, às 21h30, fado com Ana na Tasca do Rio", "fado com Ana", "Tasca do Rio"),
    ],
)
def test_titles_and_places_beside_words_of_many_languages(
    language: str, text: str, title: str, venue: str
) -> None:
    found = read(text, language=language, timezone="Europe/Berlin")
    assert [(one.title, one.venue.name) for one in found] == [(title, venue)]


@pytest.mark.parametrize(
    "text",
    [
        "LIVE TONIGHT!! 8pm at Blue Hall",
        "LIVE THIS FRIDAY! 9pm @ Fandom. Entry: free",
        "Free entry tonight 8pm onwards",
    ],
)
def test_a_call_alone_has_no_title(text: str) -> None:
    assert reason(text) == "no title"
    (by,) = read(text, author="Blue Hall Trio")
    assert by.title == "Blue Hall Trio"


@pytest.mark.parametrize(
    ("text", "title", "rule", "days"),
    [
        (
            "Open Mic Night every first Friday at 8pm @ Blue Hall",
            "Open Mic Night",
            "FREQ=MONTHLY;BYDAY=1FR;COUNT=3",
            [(12, 4), (1, 1), (2, 5)],
        ),
        (
            "Second Saturdays 8pm: Vinyl Swap @ Blue Hall",
            "Vinyl Swap",
            "FREQ=MONTHLY;BYDAY=2SA;COUNT=3",
            [(12, 12), (1, 9), (2, 13)],
        ),
        (
            "Vinyl Swap jeden letzten Freitag um 20 Uhr @ Blue Hall",
            "Vinyl Swap",
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
            [(11, 27), (12, 25), (1, 29)],
        ),
    ],
)
def test_what_comes_back_each_month_is_a_series_with_a_few_occurrences(
    text: str, title: str, rule: str, days: list[tuple[int, int]]
) -> None:
    about = RawRecord(external_id="post", raw="{}")
    found = announced(
        Prose(text=text, now=WRITTEN, published=WRITTEN, timezone="Europe/Berlin"),
        about,
        params(now=WRITTEN, timezone="Europe/Berlin"),
    )
    told_of = [one for one in found if isinstance(one, RawRecord)]
    assert [
        (one.start.month, one.start.day, one.start.hour) for one in told_of if isinstance(one.start, datetime)
    ] == [(*day, 20) for day in days]
    assert ({one.recurrence.rrule for one in told_of if one.recurrence}, {one.title for one in told_of}) == (
        {rule},
        {title},
    )
    assert len({one.recurrence_id for one in told_of}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Open Mic every second Friday at 8pm @ Blue Hall",
        "The first Friday: 4 Dec 2026, 8pm, Open Mic @ Blue Hall",
    ],
)
def test_what_may_mean_two_things_is_no_series(text: str) -> None:
    assert all(one.recurrence is None for one in read(text))


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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir laden euch ein, der Eintritt ist frei und die Bar ist offen", "de"), ("आज शाम नाटक", "hi"), ("Trio Rosa", "en-GB"),
        ("Le concert est dans la salle des fêtes avec nous", "fr"),
    ],
)  # fmt: skip
def test_the_language_is_that_of_the_words(text: str, language: str) -> None:
    assert language_of(text, "en-GB") == language


def test_markup_becomes_lines() -> None:
    text = text_of_html(
        "<h1>Open&nbsp;Mic</h1><p>Fri <b>4 Dec</b><br>8pm <a href='https://a.example/x'>Tickets</a></p><script>alert(1)</script>"
    )
    assert [(line.text, line.urls) for line in lines_of(text)] == [
        ("Open Mic", ()),
        ("Fri 4 Dec", ()),
        ("8pm Tickets", ("https://a.example/x",)),
    ]


def test_a_reference_to_no_character_is_left_out():
    assert text_of_html("<p>Jazz &#" + "1" * 5_000 + "; night</p>").split() == ["Jazz", "\ufffd", "night"]


def test_what_is_hidden_ends_where_its_own_kind_of_end_stands():
    hidden = "a<!-- <script> --> b<style>x</script></style>c<script>"
    assert text_of_html(hidden).split() == ["a", "b", "c"]


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
