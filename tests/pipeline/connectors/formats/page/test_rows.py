"""Pages without event markup: rows and labels that certainly describe an event are read as text.

Others are refused.
"""

from datetime import date, datetime, timedelta, timezone

import pytest

from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.contract.enums import Coverage, ExtractionMethod
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import kept, only, page, params, payload

CENTRAL = timezone(timedelta(hours=-6))


def listing(*rows, title="Council meetings", tag="li", name=""):
    """A page whose list has these rows."""
    return f"<html><head><title>{title}</title></head><body><ul class='{name}'>{''.join(f'<{tag}>{row}</{tag}>' for row in rows)}</ul></body></html>"


def table(head, *rows):
    """A page with one table of meetings."""
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    names = "".join(f"<th>{name}</th>" for name in head)
    return (
        f"<title>Meetings</title><table><tr>{names}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    )


def read(text):
    return [(record.start.isoformat(), record.title) for record in kept(page(text))]


def refused(text):
    with pytest.raises(SchemaChanged):
        page(text)
    return True


FIRST, SECOND = (
    "<a href='/1'>Planning Board</a> Dec 3, 2026 6:30 PM",
    "<a href='/2'>Parks Committee</a> Dec 9, 2026 at 7 pm - 9 pm",
)


def test_rows_of_a_list_with_day_time_and_title():
    first, second = kept(page(listing(FIRST, SECOND)))

    assert (first.title, first.start, first.url) == (
        "Planning Board",
        datetime(2026, 12, 3, 18, 30),
        "https://town.example/1",
    )
    assert (second.start, second.end) == (datetime(2026, 12, 9, 19), datetime(2026, 12, 9, 21))


def test_what_is_read_says_that_a_person_must_look_at_it():
    answer = page(listing(FIRST, SECOND), complete=True)
    record = kept(answer)[0]

    assert record.method is ExtractionMethod.TEXT
    assert (record.metadata["start_from"], record.metadata["start_confidence"]) == ("rows", 0.5)
    assert answer.coverage is Coverage.PARTIAL


def test_a_table_names_its_columns():
    text = table(
        ("Name", "Date", "Time", "Location"),
        ("Zoning Board", "12/3/2026", "6:30 PM", "Town Hall"),
        ("School Board", "12/14/2026", "7:00 PM", "Library"),
    )

    assert read(text) == [("2026-12-03T18:30:00", "Zoning Board"), ("2026-12-14T19:00:00", "School Board")]
    assert kept(page(text))[0].venue.name == "Town Hall"


def test_day_or_month_first_is_only_read_where_the_page_shows_which():
    rows = [("Zoning Board", "3/12/2026", "6:30 PM"), ("School Board", "4/12/2026", "7:00 PM")]
    unsure, sure = (
        table(("Name", "Date", "Time"), *rows),
        table(("Name", "Date", "Time"), *rows, ("Fire Board", "25/12/2026", "8 PM")),
    )

    assert refused(unsure)
    assert read(sure)[0][0] == "2026-12-03T18:30:00"


def test_seconds_do_not_hide_the_half_of_the_day():
    assert (
        read(
            listing("<a>Planning Board</a> 12/13/2026 7:00:00 PM", "<a>Parks Board</a> 12/14/2026 7:00:00 PM")
        )[0][0]
        == "2026-12-13T19:00:00"
    )


def test_the_title_is_freed_of_the_day_that_it_begins_with():
    rows = [f"<a href='/{day}'>December {day}, 2026, at Noon — Board Working Session</a>" for day in (3, 10)]

    assert read(listing(*rows))[0] == ("2026-12-03T12:00:00", "Board Working Session")


def test_a_heading_over_buttons_is_the_title():
    row = (
        "<h3>Budget Hearing</h3><p>{} 2026, 6 pm</p><a href='/a.pdf'>Agenda</a><a href='/b'>View details</a>"
    )

    assert (
        read(listing(row.format("December 3,"), row.format("December 4,"), tag="div"))[0][1]
        == "Budget Hearing"
    )


def test_called_off_is_a_status():
    assert [record.status for record in kept(page(listing(FIRST + " <b>CANCELLED</b>", SECOND)))] == [
        "cancelled",
        "",
    ]


def test_a_row_without_a_title_is_counted():
    answer = page(listing(FIRST, SECOND, "<a href='/c.pdf'>Agenda</a> Dec 16, 2026 6:30 PM"))

    assert [getattr(record, "reason", record.title) for record in answer.records] == [
        "Planning Board",
        "Parks Committee",
        "no title",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ["<a href='/1'>Planning Board</a> Dec 3, 2026", "<a href='/2'>Parks Committee</a> Dec 9, 2026"],
        ["<a href='/1'>Planning Board</a> Dec 3, 6:30 PM", "<a href='/2'>Parks Committee</a> Dec 9, 7 PM"],
        [
            "<a href='/1'>Planning Board</a> Posted Dec 3, 2026 6:30 PM",
            "<a href='/2'>Parks Board</a> Posted Dec 9, 2026 7 PM",
        ],
        ["<a href='/1'>Agenda</a> Dec 3, 2026 6:30 PM", "<a href='/2'>Minutes</a> Dec 9, 2026 7 PM"],
        ["Town Hall, Room 2 Dec 3, 2026 6:30 PM", "Library Dec 9, 2026 7 PM"],
        [FIRST],
    ],
    ids=["no time", "no year", "day of posting", "documents", "places", "one row alone"],
)
def test_what_is_not_surely_an_event_is_refused(rows):
    assert refused(listing(*rows))


def test_a_list_in_another_language_is_read():
    rows = [
        "<h3>Trio Boréal</h3><p>Sam. 3 octobre 2026 - 21h</p>",
        "<h3>Cabaret ouvert</h3><p>Jeu. 8 octobre 2026 - 19h</p>",
    ]
    text = listing(*rows, title="Programmation").replace("<html>", "<html lang=fr>")
    assert read(text) == [("2026-10-03T21:00:00", "Trio Boréal"), ("2026-10-08T19:00:00", "Cabaret ouvert")]


def test_a_weekday_tells_the_year_and_a_heading_may():
    rows = [
        "<h3>Ink Laboratory</h3><p>Tuesday, Dec 8 @ 10:00 am</p>",
        "<h3>Night Walk</h3><p>Friday, Dec 11 @ 9 pm</p>",
    ]
    assert read(listing(*rows)) == [
        ("2026-12-08T10:00:00", "Ink Laboratory"),
        ("2026-12-11T21:00:00", "Night Walk"),
    ]
    assert refused(listing(*(row.replace("Tuesday, ", "").replace("Friday, ", "") for row in rows)))
    past = listing(
        "<b>Zoning Board meeting</b><p>March 3 at 7 pm</p>",
        "<b>School Board meeting</b><p>April 7 at 7 pm</p>",
    )
    assert read(past.replace("<ul", "<h2>Meetings of 2019</h2><ul"))[0] == (
        "2019-03-03T19:00:00",
        "Zoning Board meeting",
    )


def test_a_row_without_a_time_among_rows_with_times_is_an_event_of_the_day():
    rows = [
        ("12.09.2026", "14:00 - 18:00 Uhr", "Herbstfest", "Heim"),
        ("11.10.2026", "10:30 Uhr", "Brunch", "Heim"),
        ("04.12.2026", "", "Weihnachtsfeier", "Adler"),
    ]
    made = kept(page(table(("Datum", "Uhrzeit", "Veranstaltung", "Ort"), *rows)))
    assert (made[2].start, made[2].title, made[2].venue.name) == (
        date(2026, 12, 4),
        "Weihnachtsfeier",
        "Adler",
    )


def test_news_are_no_events():
    assert refused(listing(FIRST, SECOND, name="news-list"))
    assert refused(
        listing(FIRST.replace("Board", "Street"), SECOND.replace("Committee", "Lane"), title="Our pictures")
    )


@pytest.mark.parametrize("price", ["2.595 kr.", "12.50 EUR", "20.00"])
def test_a_price_is_no_time_of_day(price):
    assert refused(listing(*(f"<h2>Jazz Concert</h2><p>Dec {day}, 2026</p><p>{price}</p>" for day in (3, 4))))


def test_times_in_one_row_that_contradict_each_other_are_not_chosen_from():
    assert refused(
        table(
            ("Name", "Date", "A", "B"),
            ("Zoning Board", "12/13/2026", "6 PM", "8 PM"),
            ("Fire Board", "12/14/2026", "6 PM", "8 PM"),
        )
    )


DETAIL = "<title>{0} | Town</title><h1>{0}</h1><dl><dt>Start date:</dt><dd>12/13/2026-4:00 PM</dd><dt>End date:</dt><dd>12/13/2026-5:00 PM</dd></dl>"


def test_a_page_of_one_event_labels_its_time():
    record = only(page(DETAIL.format("Personnel Review Commission")))

    assert (record.title, record.start) == ("Personnel Review Commission", datetime(2026, 12, 13, 16))
    assert record.metadata["start_from"] == "labels"


def test_an_article_is_no_event_whatever_time_it_was_written():
    article = "<title>New park</title><h1>New park</h1><span class='posted'><time datetime='2026-12-13T16:00:00Z'>Dec 13, 2026 4 PM</time></span>"

    assert refused(article)
    assert refused("<title>New park</title><h1>New park</h1><p>Dec 13, 2026 4:00 PM</p>")


def detail(shown, machine):
    return f"<title>Budget Hearing</title><h1>Budget Hearing</h1><div class='event-date'><time datetime='{machine}'>{shown}</time></div>"


def test_a_time_for_machines_counts_where_people_see_one():
    assert only(page(detail("Dec 13, 2026 - 10:00 AM", "2026-12-13T16:00:00Z"))).start == datetime(
        2026, 12, 13, 10, tzinfo=CENTRAL
    )
    assert only(page(detail("Dec 13, 2026 - 10:00 AM", "2026-12-13T10:00:00-06:00"))).start == datetime(
        2026, 12, 13, 10, tzinfo=CENTRAL
    )
    assert only(page(detail("Dec 13, 2026 - 4:00 PM", "2026-12-13T16:00:00Z"))).start == datetime(
        2026, 12, 13, 16
    )
    assert refused(detail("Dec 13, 2026", "2026-12-13T12:00:00Z"))


def test_markup_wins_and_the_configuration_may_forbid_the_words():
    markup = '<script type="application/ld+json">{"@type": "Event", "name": "Fair", "startDate": "2026-12-05"}</script>'

    assert [record.title for record in kept(page(listing(FIRST, SECOND) + markup))] == ["Fair"]
    with pytest.raises(SchemaChanged):
        PageConnector(PageConfig(words=False)).read(payload(listing(FIRST, SECOND)), params())


def test_moments_in_attributes_tell_the_time_that_nobody_is_shown():
    def row(title, start, end):
        when = f"<a href='/{title}'><span content='{start}'>Saturday Dec 5, 2026</span><meta content='{end}'></a>"
        return f"<h5><a href='/{title}'>{title} open house</a></h5><p>From 1:00-2:30, 5 Oak Lane</p>{when}"

    first, second = kept(
        page(
            listing(
                row("Hill", "2026-12-05T13:00", "2026-12-05T14:30"),
                row("Dale", "2026-12-05T12:00", "2026-12-05T14:00"),
            )
        )
    )

    assert (first.title, first.start, first.end) == (
        "Hill open house",
        datetime(2026, 12, 5, 13),
        datetime(2026, 12, 5, 14, 30),
    )
    assert (second.start, second.end) == (datetime(2026, 12, 5, 12), datetime(2026, 12, 5, 14))


def test_an_address_in_a_row_is_where_it_happens():
    first, second = kept(
        page(
            listing(
                f"{FIRST}<div>1 Main St., Room 5 Springfield, IL 62701</div>",
                f"{SECOND}<div>2026 was a good year</div>",
            )
        )
    )

    assert (first.venue.address, second.venue.address) == ("1 Main St., Room 5 Springfield, IL 62701", "")


def test_a_day_with_both_its_times_below_the_headline_is_that_of_the_page():
    head = "<html><head><title>Zone Board | Town</title></head><body><h1>Zone Board</h1><p>{}</p><p>The board meets by video.</p></body></html>"

    record = only(page(head.format("04/21/26, 3:00 PM - 5:00 PM")))

    assert (record.title, record.start, record.end) == (
        "Zone Board",
        datetime(2026, 4, 21, 15),
        datetime(2026, 4, 21, 17),
    )
    assert refused(head.format("04/21/26, 3:00 PM"))
    assert refused(head.format("Seen on 04/21/26, 3:00 PM - 5:00 PM in the hall"))


def test_the_headline_that_names_the_day_is_the_title():
    rows = listing(
        "<a href='/kinds/meeting'>Zoning panel dates</a> Dec 17, 2026 4:45 pm", "Agenda of Dec 3, 2026"
    )

    record = only(page(rows.replace("<body>", "<body><h1>Planning Board - December 17, 2026</h1>")))

    assert (record.title, record.url, record.start) == ("Planning Board", "", datetime(2026, 12, 17, 16, 45))
    assert only(page(rows)).title == "Zoning panel dates"


def test_the_label_below_the_headline_tells_the_day_and_the_venue_stands_before_its_street():
    reported = """<title>Commission - May 1, 2026</title><h1>Commission - May 1, 2026</h1><ul><li>Meeting Date <span>May 01, 2026</span></li></ul>
        <h2>Time</h2>10:00 AM - 12:00 PM<h2>Location</h2><p>Chambers, 500 Main, Springfield, IL, 62701 <a href="/m">View Map</a></p>"""
    record = only(page(reported))
    assert (record.title, record.start, record.end) == (
        "Commission",
        datetime(2026, 5, 1, 10),
        datetime(2026, 5, 1, 12),
    )
    assert record.venue.address == "Chambers, 500 Main, Springfield, IL, 62701"


def one_of(title, *below):
    """Title and start of the only event on a page with this title and body."""
    record = only(page(f"<html><head><title>{title}</title></head><body>{''.join(below)}</body></html>"))
    return record.title, record.start, record.end


def test_a_page_of_one_meeting_may_be_called_by_its_kind_alone():
    labelled = "<h1>Board Meeting</h1><p>Date and time: July 25, 2026 9:30 AM - 10:30 AM</p>"
    reported = ("Board Meeting", datetime(2026, 7, 25, 9, 30), datetime(2026, 7, 25, 10, 30))
    assert one_of("Board Meeting | Town", "<h2>Town</h2>", labelled) == reported
    assert (
        one_of("Board Meeting 7-25-26 - Town", labelled.replace("Meeting<", "Meeting 7-25-26<")) == reported
    )
    assert refused("<title>Meeting Minutes</title>" + labelled.replace("Board Meeting", "Meeting Minutes"))


def test_a_headline_may_say_more_than_the_title_that_begins_alike():
    body = "<h1>Committee of the Whole/Executive Session - 01/19/2026</h1><p>Date and time: January 19, 2026 3:00 PM</p>"
    assert (
        one_of("Committee of the Whole - 01/19/2026", body)[0] == "Committee of the Whole/Executive Session"
    )


def test_the_line_below_the_headline_counts_whatever_deadline_the_words_name():
    body = "<h1>Housing Commission</h1><p>09/21/26, 11:30 AM - 12:30 PM</p><p>Requests must be made by 9 am Monday, September 21, 2026.</p>"
    assert one_of("Housing Commission | Town", body)[1] == datetime(2026, 9, 21, 11, 30)


def test_a_title_that_tells_the_day_makes_a_page_one_of_a_meeting():
    below = "<h1>Board meeting</h1><h2>Wednesday, November 25, 2026 at 10:30 AM</h2>"
    assert one_of("Board meeting Wed, Nov 25, 2026 Schools", below)[:2] == (
        "Board meeting",
        datetime(2026, 11, 25, 10, 30),
    )
    lines = "<table><tr><td class='meeting'><div>Appeals Board</div><div>11/25/2026 5:00 PM</div></td></tr></table>"
    assert one_of("2026/11/25 05:00 PM Appeals Board - Outline", lines)[0] == "Appeals Board"
    assert refused("<title>Appeals Board - Outline</title>" + lines)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("New park", "New park"),
        ("Links of Nov 25, 2026", "Links of Nov 25, 2026"),
        ("Town blog", "Council met"),
    ],
)
def test_posts_of_news_with_their_moment_below_the_headline_are_no_events(title, name):
    moment = "<h1>{}</h1>{}Nov 25, 2026 4:00 PM{}<p>The council met on Nov 20, 2026 at 7 PM.</p>"
    assert all(
        refused(f"<title>{title}</title>{moment.format(name, *around)}")
        for around in (("<p>", "</p>"), ("<h2>", "</h2>"), ("<p class='date posted'>", "</p>"))
    )
