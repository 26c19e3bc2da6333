"""What moderators read: values in plain words, and what differs between two texts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time

import pytest

from moderation.desk.checks import why_words
from moderation.desk.words import LONGEST, label, marked, shown

EVENING = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("start_at", EVENING, "Sat 21 Nov 2026, 20:00 IST"),
        ("start_at", "2026-11-21 14:30:00+00:00", "Sat 21 Nov 2026, 20:00 IST"),
        ("end_date", "2026-11-22", "Sun 22 Nov 2026"),
        ("start_date", date(2026, 11, 21), "Sat 21 Nov 2026"),
        ("price_min", 100.0, "₹100"),
        ("price_min", "100.00", "₹100"),
        ("price_max", Decimal("1250.50"), "₹1,250.50"),
        ("price_type", "paid", "paid"),
        ("time_known", "True", "yes"),
        ("sold_out", False, "no"),
        ("place_id", None, "not known"),
        ("title", "None", "not known"),
        ("tags", "['jazz', 'live']", "jazz, live"),
        ("performers", ["Asha", "Ravi"], "Asha, Ravi"),
        ("images", ["https://cdn.example.org/a/poster.jpg?w=2"], "poster.jpg (cdn.example.org)"),
        ("accessibility", {"step_free": True}, "step free: yes"),
        ("age_limit", "18", "18+"),
        ("category_id", "music", "Music"),
        ("language", "kn-IN", "Kannada"),
        ("happening", "moved_online", "moved online"),
        ("timezone", "America/New_York", "America/New York"),
        ("description", "<p>One</p><p>Two</p>", "One\nTwo"),
        ("quality", {"score": 0.5, "grade": "C"}, "0.50, grade C"),
        ("start_at", "tomorrow", "tomorrow"),
        ("tags", "[" * 5000 + "]", "[" * LONGEST + " …"),
    ],
)
def test_a_value_is_shown_in_words(column, value, words):
    assert shown(column, value, zone="Asia/Kolkata", currency="INR") == words


def test_a_time_without_an_abbreviation_names_its_offset():
    assert shown("start_at", EVENING, zone="America/Sao_Paulo") == "Sat 21 Nov 2026, 11:30 UTC−3"


def test_headings_are_no_internal_names():
    assert [label(name) for name in ("start_at", "venue_name", "city_id", "age_limit", "ticket_url")] == [
        "starts", "venue", "city", "age limit", "tickets",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("Jazz Night", "Jazz Nights", "Jazz Night", "Jazz Night<ins>s</ins>"),
        ("20:00 IST", "21:00 IST", "<del>20</del>:00 IST", "<ins>21</ins>:00 IST"),
        ("a quiet day", "a loud long day", "a <del>quiet</del> day", "a <ins>loud long</ins> day"),
        ("Blue Room", "", "<del>Blue Room</del>", ""),
        ("same", "same", "same", "same"),
        ("<b>", "<i>", "&lt;<del>b</del>&gt;", "&lt;<ins>i</ins>&gt;"),
    ],
)
def test_only_what_differs_is_marked(before, after, left, right):
    assert marked(before, after) == (left, right)


def test_marking_two_hostile_texts_ends_soon():
    begun = process_time()
    marked("a b " * 100_000, "b c " * 100_000)
    marked("." * 100_000, "," * 100_000)
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("shortened_link: a link is shortened by bit.ly", "A link is shortened by bit.ly."),
        ("spam: reads like spam (1.00)", "Reads like spam (1.00)."),
        ("business logic 0.50 is too low. Say when it ends.", "Values that fit together: 50 of 100 is too low. Say when it ends."),
        ("geography 0.50 is too low. Name the venue.", "Where it is: 50 of 100 is too low. Name the venue."),
        ("may be the same as another event: titles 0.53 alike; same start",
         "May be the same as another event: The titles are not alike (53 of 100). They start at the same time."),
        ("category food is a guess (0.31)", "The category Food & drink is a guess: 31 of 100 sure."),
        ("quality 0.61 is below 0.70", "The quality is 61 of 100, and less than the 70 of 100 that are asked for."),
        ("category 0.20 is a guess: an odd one", "category 0.20 is a guess: an odd one"),
    ],
)  # fmt: skip
def test_a_reason_for_waiting_has_no_internal_names(reason: str, words: str):
    assert why_words(reason) == words
