"""Meetings that a page announces in sentences, or by bare days under the heading of a schedule."""

import pytest

from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import kept, page


def read(*lines, head="Harbour District Board"):
    text = f"<title>{head}</title><h1>{head}</h1>{''.join(f'<p>{line}</p>' for line in lines)}"
    return [
        (
            record.start.isoformat(timespec="minutes")
            if hasattr(record.start, "hour")
            else str(record.start),
            record.title,
            record.venue.name,
        )
        for record in kept(page(text))
    ]


@pytest.mark.parametrize(
    ("sentence", "reported"),
    [
        (
            "Next meeting is Thursday, March 12, 2026 at 8:30 a.m. at Starlight Cafe, 12 Quay Rd. All are welcome.",
            ("2026-03-12T08:30", "Harbour District Board", "Starlight Cafe"),
        ),
        (
            "Please join us for the Harbour annual meeting on March 3rd, 2026 at 9 a.m. in the Teal Room.",
            ("2026-03-03T09:00", "Harbour annual meeting", "Teal Room"),
        ),
        (
            "SPECIAL BUDGET MEETING: Monday, March 9, 2026, 7 to 9 pm",
            ("2026-03-09T19:00", "SPECIAL BUDGET MEETING", ""),
        ),
    ],
)
def test_a_sentence_announces_a_meeting(sentence, reported):
    assert read(sentence) == [reported]


def test_the_days_of_one_sentence_share_the_time_of_the_next():
    reported = read(
        "2026 Scheduled Board Meetings: January 23rd, May 8th, July 24th and October 23rd. All meetings begin at 8:00 am."
    )
    assert [start for start, _, _ in reported] == [
        "2026-01-23T08:00", "2026-05-08T08:00", "2026-07-24T08:00", "2026-10-23T08:00",
    ]  # fmt: skip


def test_a_line_above_says_that_a_day_is_one_of_a_meeting():
    assert read("Next Planning Meeting", "Thursday, March 12, 2026 – 8:30 a.m.")[0][0] == "2026-03-12T08:30"


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no meeting on March 12, 2026 at 8:30 a.m.",
        "The meeting of March 12, 2026 at 8:30 a.m. is cancelled.",
        "Comments on the meeting are due March 12, 2026 at 5 p.m.",
        "The meeting takes place on March 12, 2026.",
        "The director was seen on March 12, 2026 at 8:30 a.m.",
    ],
)
def test_what_announces_no_meeting_with_its_time_is_none(sentence):
    with pytest.raises(SchemaChanged, match="no event markup"):
        read(sentence)


def test_bare_days_under_the_heading_of_a_schedule_are_days_without_a_time():
    days = "Jan. 13 <a href='/m.pdf'>Minutes</a><br>Feb. 10 Agenda<br>March 10<br>April 14"
    assert read(f"<h3>2026 Meeting Schedule</h3><p>{days}</p><h3>Staff</h3>") == [
        (f"2026-{day}", "Harbour District Board", "") for day in ("01-13", "02-10", "03-10", "04-14")
    ]


def test_days_after_a_line_that_opens_them_share_its_time():
    days = "".join(f"<li>{day}, 2026</li>" for day in ("June 1", "July 6", "August 3", "September 7"))
    reported = read("The board's meetings are held at 6:15 p.m. on:", f"<ul>{days}</ul>")
    assert [start[-5:] for start, _, _ in reported] == ["18:15"] * 4


def test_few_bare_days_or_days_of_documents_are_nothing():
    with pytest.raises(SchemaChanged, match="no event markup"):
        read("<h3>2026 Agendas</h3>", *("Jan. 13", "Feb. 10", "March 10", "April 14"))
