"""Tables whose heads name a title and a day."""

import pytest

from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import kept, page

HEAD = ("Image", "Title", "Date", "Price", "Venue")
ROWS = (
    ("<img src='/a.jpg'>", "<a href='/e/1'>Night Swim</a>", "2 Jul (Thu, · 5:00 PM EDT)", "Free", "Pool"),
    ("", "<a href='/e/2'>Rooftop Cinema</a>", "Tomorrow, 9 PM", "From $12", "Roof"),
    ("", "Brass Walk", "4 Jul 3 PM", "", ""),
)


def table(head=HEAD, rows=ROWS):
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    names = "".join(f"<th>{name}</th>" for name in head)
    return (
        f"<h1>Weekend events</h1><table><tr>{names}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    )


def test_each_row_is_an_event_with_its_time_in_words():
    read = [(one.title, one.start, one.venue.name, one.price_text) for one in kept(page(table()))]
    assert read == [
        ("Night Swim", "2 Jul (Thu, · 5:00 PM EDT)", "Pool", "Free"),
        ("Rooftop Cinema", "Tomorrow, 9 PM", "Roof", "From $12"),
        ("Brass Walk", "4 Jul 3 PM", "", ""),
    ]


def test_a_row_gives_its_link_and_its_only_picture():
    first, _, last = kept(page(table()))
    assert (first.url.rpartition("/e/")[2], first.images[0].url.rpartition("/")[2]) == ("1", "a.jpg")
    assert (first.stable_id, last.stable_id, last.images) == (True, False, ())


def test_a_day_and_a_time_may_have_columns_of_their_own():
    rows = [(f"Concert {number}", "4 July", f"{number} pm") for number in (7, 8, 9)]
    assert kept(page(table(("Event", "Date", "Start time"), rows)))[0].start == "4 July 7 pm"


def test_a_description_is_taken_and_is_the_place_where_it_names_a_town():
    said = ["Toronto · The Parish Hall", "Long songs of the sea.", ""]
    rows = [(f"Concert {number}", f"4 July {number} pm", words) for number, words in enumerate(said, 7)]
    first, second, _ = kept(page(table(("Event", "When", "Details"), rows)))
    assert (first.venue.name, first.description) == ("Toronto · The Parish Hall", "")
    assert (second.venue.name, second.description) == ("", "Long songs of the sea.")


def test_a_row_without_a_title_is_counted_and_dropped():
    read = list(page(table(rows=(*ROWS, ("", "N/A", "5 Jul 8 PM", "", "")))).records)
    assert read[-1].reason == "no title"


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (("Title", "Date"), [(f"Minutes {number}", f"{number} July") for number in range(1, 5)]),
        (("Name", "Size"), [(f"Plan {number}", f"{number} pm") for number in range(1, 5)]),
        (HEAD, ROWS[:2]),
    ],
)
def test_a_table_of_documents_or_of_other_things_is_none_of_events(head, rows):
    with pytest.raises(SchemaChanged):
        page(table(head, rows))


def test_one_row_is_an_event_where_its_time_has_a_column_too():
    head = ("Name", "Meeting Date", "Meeting Time", "Meeting Location")
    only = ("Board of Commissioners", "5/19/2026", "1:30 PM", "Room 5")
    (made,) = kept(page(table(head, [only])))
    assert (made.title, made.start, made.venue.name) == (
        "Board of Commissioners",
        "5/19/2026 1:30 PM",
        "Room 5",
    )
