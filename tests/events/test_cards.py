"""The text of a card, in each state and kind of time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from events.cards import card, when_sentence
from events.models import EventImage
from events.queries import for_cards, public
from tests.factories import EVENING, make_area, make_city, make_event

KOLKATA = ZoneInfo("Asia/Kolkata")
LOCAL = EVENING.astimezone(KOLKATA)


def the_card(**fields):
    event = make_event(**fields)
    return card(for_cards(public().filter(pk=event.pk)).get(), now=EVENING)


@pytest.mark.django_db
def test_a_card_says_when_what_where_and_price() -> None:
    end = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    shown = the_card(
        end_at=end,
        area=make_area(city=make_city()),
        price_type="paid",
        price_min=Decimal(499),
        price_max=Decimal(499),
        price_currency="INR",
    )
    assert (shown.moment.day, shown.moment.start, shown.moment.end, shown.moment.is_now) == (
        "Tonight",
        "20:00",
        "to 23:00",
        True,
    )
    assert (shown.title, shown.where, shown.category_name, shown.price) == (
        "Moonlit Jazz",
        "Blue Room, Indiranagar",
        "Music",
        "₹499",
    )
    assert (shown.state, shown.note, shown.picture) == (None, "", None)
    assert shown.ics == shown.href.rstrip("/") + ".ics"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "slug", "word"),
    [
        ({"happening": "cancelled", "sold_out": True}, "cancelled", "Cancelled"),
        ({"happening": "postponed"}, "postponed", "Postponed"),
        ({"sold_out": True}, "sold_out", "Sold out"),
        ({"happening": "moved_online"}, "moved_online", "Moved online"),
        ({"happening": "rescheduled"}, "rescheduled", "New time"),
    ],
)
def test_states_are_words(fields: dict, slug: str, word: str) -> None:
    state = the_card(**fields).state
    assert (state.slug, state.word) == (slug, word)


@pytest.mark.django_db
def test_a_new_time_says_the_old_one() -> None:
    shown = the_card(happening="rescheduled", previous_start_at=datetime(2026, 11, 21, 13, 0, tzinfo=UTC))
    assert (shown.state.detail, shown.moment.was) == ("was Sat 21 Nov, 18:30", "18:30")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "day", "start", "end"),
    [
        ({"all_day": True}, "Today", "All day", ""),
        ({"time_known": False}, "Today", "Time open", ""),
        ({"all_day": True, "end_date": date(2026, 11, 23)}, "Today", "All day", "to Mon 23 Nov"),
        (
            {"all_day": True, "start": EVENING - timedelta(days=5), "end_date": date(2026, 12, 6)},
            "Until",
            "6 Dec",
            "",
        ),
        (
            {"start": EVENING - timedelta(days=2), "end_at": EVENING + timedelta(hours=2)},
            "Until",
            "21 Nov",
            "21:30",
        ),
        ({"start": EVENING, "end_at": EVENING + timedelta(days=3)}, "On now", "19:30", "to 24 Nov"),
        (
            {"start": EVENING - timedelta(hours=1), "end_at": EVENING + timedelta(hours=1)},
            "On now",
            "18:30",
            "to 20:30",
        ),
        (
            {
                "start": EVENING - timedelta(hours=1),
                "end_at": EVENING + timedelta(hours=1),
                "happening": "cancelled",
            },
            "Tonight",
            "18:30",
            "to 20:30",
        ),
    ],
)
def test_times_that_are_no_clock(fields: dict, day: str, start: str, end: str) -> None:
    moment = the_card(**fields).moment
    assert (moment.day, moment.start, moment.end) == (day, start, end)


@pytest.mark.django_db
@pytest.mark.parametrize(("freshness", "word"), [("missing", "no longer lists"), ("gone", "took it down")])
def test_doubt_is_said(freshness: str, word: str) -> None:
    assert word in the_card(freshness=freshness).note


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"venue_name": "", "online": "yes"}, "Online"),
        ({"venue_name": "", "venue_city": "Mysuru"}, "Mysuru"),
        ({"venue_name": ""}, "Place not given"),
    ],
)
def test_where_without_a_venue(fields: dict, where: str) -> None:
    assert the_card(**fields).where == where


@pytest.mark.django_db
def test_only_a_good_image_is_shown() -> None:
    event = make_event()
    EventImage.objects.create(
        event=event, source_url="https://a.example/s.jpg", url="/media/s.jpg", width=300, is_primary=True
    )
    assert card(for_cards(public()).get(), now=EVENING).picture is None
    EventImage.objects.update(width=900)
    picture = card(for_cards(public()).get(), now=EVENING).picture
    assert picture is not None
    assert picture.url == "/media/s.jpg"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"end_at": datetime(2026, 11, 21, 17, 30, tzinfo=UTC)}, "Tonight, 20:00 to 23:00 IST"),
        ({}, "Tonight, 20:00 IST"),
        ({"end_at": datetime(2026, 11, 23, 17, 30, tzinfo=UTC)}, "Tonight, 20:00 to Mon 23 Nov, 23:00 IST"),
        ({"all_day": True, "end_date": date(2026, 11, 22)}, "Sat 21 to Sun 22 Nov, all day"),
        ({"time_known": False}, "Today, time not given yet"),
    ],
)
def test_when_sentence(fields: dict, sentence: str) -> None:
    assert when_sentence(make_event(**fields), now=LOCAL) == sentence


@pytest.mark.django_db
def test_a_street_without_a_venue_is_shown_in_its_place() -> None:
    event = make_event(venue_name="", address="622 SE Grand Ave, Springfield, IL 62701")
    assert event.place_words == "622 SE Grand Ave"
    shown = card(for_cards(public().filter(pk=event.pk)).get(), now=EVENING)
    assert shown.where.startswith("622 SE Grand Ave")
