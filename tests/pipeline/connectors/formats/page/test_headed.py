"""Lists of days whose title, time or place a heading tells once for all."""

import pytest

from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import kept, page

DAYS = "<ul><li>January 20, 2026</li><li>February 17, 2026 - Wednesday (due to an election)</li><li>March 17, 2026</li></ul>"


def section(heading, *said, days=DAYS):
    return f"<h3>{heading}</h3>{''.join(f'<p>{line}</p>' for line in said)}{days}"


def site(*sections, head="Board of Education"):
    return f"<title>Calendar</title><h1>{head}</h1>{''.join(sections)}"


def read(text):
    return [
        (record.start.isoformat(timespec="minutes"), record.title, record.venue.name)
        for record in kept(page(text))
    ]


def test_days_take_the_title_the_time_and_the_place_above_them():
    reported = section(
        "2026 Regular Meeting Schedule", "<b>Time:</b> 5:30 p.m.", "<b>Location:</b> Room A – 1 Main St, Town"
    )
    assert read(site(reported)) == [
        ("2026-01-20T17:30", "Regular Meeting", "Room A"),
        ("2026-02-17T17:30", "Regular Meeting", "Room A"),
        ("2026-03-17T17:30", "Regular Meeting", "Room A"),
    ]


def test_a_day_has_what_its_own_line_says():
    days = "<ul><li>June 2, 2026</li><li>June 9, 2026 (Special Meeting) | 4:00 p.m. | Conference Room 5</li><li>June 16, 2026</li></ul>"
    reported = section("2026 Regular Meeting Schedule", "Time: 5:30 p.m.", "Location: Hall", days=days)
    assert read(site(reported))[1] == ("2026-06-09T16:00", "Special Meeting", "Conference Room 5")


def test_a_room_of_one_day_is_in_the_house_of_all_days():
    days = "<ul><li>June 2, 2026</li><li>June 9, 2026 | 4:00 p.m. | Room 5A</li><li>June 16, 2026</li></ul>"
    reported = section(
        "2026 Meeting Schedule", "Time: 5 p.m.", "Location: Room B – 1 Main St, Town, MN 55102", days=days
    )
    venues = [(record.venue.name, record.venue.address) for record in kept(page(site(reported)))]
    assert venues[:2] == [("Room B", "1 Main St, Town, MN 55102"), ("Room 5A", "1 Main St, Town, MN 55102")]


def test_the_page_tells_once_where_a_venue_is():
    where = "<p>The Blue Room is located at&nbsp;1 Main St, Springfield, IL 62701</p>"
    reported = section("2026 Meeting Schedule", "Time: 5 p.m.", "Location: Blue Room") + where
    assert {record.venue.address for record in kept(page(site(reported)))} == {
        "1 Main St, Springfield, IL 62701"
    }


def test_a_row_without_words_in_its_column_for_titles_is_no_event():
    rows = "".join(
        f"<tr><td>{title}</td><td>May {day}, 2026</td><td>9 a.m.</td></tr>"
        for day, title in ((5, "N/A"), (12, "-"), (19, "N/A"))
    )
    table = f"<table><tr><th>Title</th><th>Date</th><th>Time</th></tr>{rows}</table>"
    with pytest.raises(SchemaChanged):
        page(site("<h2>2026 Meeting Schedule</h2>", table))


def test_a_table_of_days_is_called_as_its_page():
    rows = "".join(
        f"<tr><td>May {day}, 2026</td><td>9-11 a.m.</td><td>Pavilion</td></tr>" for day in (5, 12, 19)
    )
    table = f"<table><tr><th>Date</th><th>Time</th><th>Location</th></tr>{rows}</table>"
    reported = read(site("<h2>2026 Meeting Schedule</h2>", table, head="Park Advisory Committee"))
    assert reported[0] == ("2026-05-05T09:00", "Park Advisory Committee", "Pavilion")


@pytest.mark.parametrize(
    "text",
    [
        site(section("2026 Regular Meeting Schedule")),
        site(section("2026 Regular Meeting Schedule", "Time: 5:30 p.m. or 7 p.m.")),
        site("<h3>Minutes</h3><p>Time: 5 p.m.</p><ul><li>January 20, 2026</li><li>February 17, 2026</li></ul>"),
        site(section("News", "Time: 5 p.m."), head="Our blog"),
    ],
)  # fmt: skip
def test_days_without_one_time_are_no_events(text):
    with pytest.raises(SchemaChanged):
        page(text)


def test_days_take_their_year_and_what_they_are_about_from_the_headings_above():
    days = "".join(f"<p>{month} 16 at 11:00 am (Minutes)</p>" for month in ("January", "February", "March"))
    reported = f"<h2>2018 Sittings</h2><h3>Board Of Director Meetings:</h3><div>{days}</div>"
    assert read(reported)[0] == ("2018-01-16T11:00", "Board Of Director Meetings", "")


HEADS = "<tr><td><b>DATE</b></td><td>TIME</td><td>LOCATION</td></tr>"
LINES = "<br>2026 MEETING SCHEDULE<br>Meeting Location: OFFICES<br>1 Main St, Springfield, IL 62701"


def test_a_table_of_days_is_called_by_the_lines_above_it():
    rows = "".join(
        f"<tr><td>{day}, 2026</td><td>10:00 A.M.</td><td>Conference Room</td></tr>"
        for day in ("May 6", "May 20", "June 3")
    )
    reported = kept(page(f"<p>Board of Trustees of Springfield{LINES}</p><table>{HEADS}{rows}</table>"))
    facts = {(one.title, one.venue.name, one.venue.address) for one in reported}
    assert facts == {
        ("Board of Trustees of Springfield", "Conference Room", "1 Main St, Springfield, IL 62701")
    }
    assert [one.start.isoformat() for one in reported][:1] == ["2026-05-06T10:00:00"]


def test_headings_below_one_another_are_days_of_the_heading_above():
    days = ("Friday, January 16", "Friday, July 17", "Friday, March 20")
    columns = "".join(f"<div><div><h2>{day}</h2></div></div>" for day in days)
    said = "<h2>2026 Meeting Schedule</h2><p>All meetings will be held at 130 E. Atwater, beginning at 9 a.m.</p>"
    assert read(f"<title>Board Meeting Schedule – Port Authority</title>{said}<div>{columns}</div>")[:2] == [
        ("2026-01-16T09:00", "Board Meeting – Port Authority", ""),
        ("2026-07-17T09:00", "Board Meeting – Port Authority", ""),
    ]


def test_a_day_without_a_known_place_has_the_zone_of_the_other_days():
    days = "<ul><li>June 2, 2026</li><li>June 9, 2026 | 4:00 p.m. | Boat House School</li><li>June 16, 2026</li></ul>"
    reported = section(
        "2026 Meeting Schedule", "Time: 5 p.m.", "Location: Hall – 1 Main St, Detroit, MI 48207", days=days
    )
    assert {record.calendar_timezone for record in kept(page(site(reported)))} == {"America/Detroit"}
