"""The form of an event: what a browser sends becomes columns, and what cannot be taken is said in words."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rights import RightMissing
from events import services
from events.editing import Editing, EventForm, form_from, suggestions
from events.editing.inputs import as_text, listed, unlisted
from events.editing.units import UNIT_OF, UNITS, columns_of
from events.models import Event, Organizer
from pipeline.contract.fields import EDITABLE
from tests.factories import (
    NOW,
    make_entry,
    make_event,
    make_origin,
    make_person,
    make_place,
    make_staff,
    normalized,
    publish_all,
    record_event,
)

pytestmark = pytest.mark.django_db
VIENNA = ZoneInfo("Europe/Vienna")


def sent(event, by=None, **changed):
    """What a browser sends when a person changes these inputs of the form."""
    fresh = EventForm(event=event, by=by or make_staff())
    data = QueryDict(mutable=True)
    for name, field in fresh.fields.items():
        value = as_text(fresh.get_initial_for_field(field, name))
        if value and name != "unlock":
            data[name] = value
    for name, value in changed.items():
        data.setlist(name, value) if isinstance(value, list) else data.__setitem__(name, value)
    return data


def filled(event, **changed):
    by = User.objects.first() or make_staff()
    form = EventForm(sent(event, by, **changed), event=event, by=by)
    form.is_valid()
    return form


def errors(form):
    return {name: str(found[0]) for name, found in form.errors.items()}


def times(form):
    return {
        name: value
        for name, value in form.values.items()
        if name in ("start_at", "end_at", "timezone", "doors_at")
    }


def evening(**fields):
    start = datetime(2026, 10, 24, 20, tzinfo=VIENNA)
    return make_event(start=start, end_at=start + timedelta(hours=3), timezone="Europe/Vienna", **fields)


def test_every_field_that_a_person_may_set_has_its_input():
    derived = {"start_at", "end_at", "start_date", "end_date", "all_day", "time_known"}
    assert set(EDITABLE) - derived - set(UNIT_OF) == set()
    assert {column for unit in UNITS.values() for column in columns_of(unit)} >= derived
    assert not {"slug", "start_date", "search", "local_date"} & set(UNIT_OF)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"all_day": True},
        {"time_known": False},
        {
            "tags": ["a", "b, c"],
            "performers": ['The "X"'],
            "price_type": "paid",
            "price_min": "450.00",
            "price_currency": "INR",
        },
    ],
)
def test_a_form_sent_as_it_was_shown_changes_nothing(fields):
    make_event(
        description="<p>One</p>\n<p>Two</p>", doors_at=datetime(2026, 11, 21, 13, tzinfo=VIENNA), **fields
    )
    form = filled(Event.objects.get())
    assert (errors(form), form.values, form.changed_data) == ({}, {}, [])


def test_a_description_is_written_without_tags_and_stored_as_paragraphs():
    make_event(description="<p>Two <b>sets</b></p>")
    shown = EventForm(event=Event.objects.get(), by=make_staff()).inputs["description"]
    form = filled(Event.objects.get(), description="Two **long** sets\r\n\r\nDoors at 8 < 9")
    assert (shown, form.values["description"]) == (
        "Two **sets**",
        "<p>Two <strong>long</strong> sets</p><p>Doors at 8 &lt; 9</p>",
    )


def test_groups_that_are_seldom_changed_are_folded_until_something_is_wrong_in_them():
    make_event()
    fine, wrong = filled(Event.objects.get()), filled(Event.objects.get(), capacity="many")
    assert (Editing(fine).folded, Editing(wrong).folded) == ({"Links", "People"}, {"Links"})


def test_times_are_those_of_the_event_s_zone():
    form = filled(evening(), start_clock="19:30", doors_clock="19:00")
    assert times(form) == {
        "start_at": datetime(2026, 10, 24, 19, 30, tzinfo=VIENNA),
        "doors_at": datetime(2026, 10, 24, 19, tzinfo=VIENNA),
    }


def test_another_zone_keeps_the_clock_times():
    form = filled(evening(), timezone="asia/kolkata")
    kolkata = ZoneInfo("Asia/Kolkata")
    start = datetime(2026, 10, 24, 20, tzinfo=kolkata)
    assert times(form) == {
        "start_at": start,
        "end_at": start + timedelta(hours=3),
        "timezone": "Asia/Kolkata",
    }


def test_all_day_and_unknown_times_are_days():
    form = filled(evening(), kind="all_day", end_day="2026-10-26")
    told = {name: form.values[name] for name in ("all_day", "end_date", "start_at")}
    assert told == {
        "all_day": True,
        "end_date": date(2026, 10, 26),
        "start_at": datetime(2026, 10, 24, tzinfo=VIENNA),
    }
    form = filled(evening(title="Other"), kind="unknown", end_day="")
    assert (form.values["time_known"], form.values["start_at"]) == (
        False,
        datetime(2026, 10, 24, tzinfo=VIENNA),
    )


def test_a_time_that_is_there_twice_takes_a_choice():
    event = evening()
    night = {"start_day": "2026-10-25", "start_clock": "02:30", "end_day": "", "end_clock": "05:00"}
    assert errors(filled(event, **night))["start_which"].startswith(
        "Start: 02:30 on Sun 25 Oct 2026 in Europe/Vienna happens twice"
    )
    form = filled(event, start_which="second", **night)
    assert (
        form.values["start_at"].utcoffset() is None
        or form.values["start_at"].isoformat() == "2026-10-25T01:30:00+00:00"
    )
    services.edit(event.pk, form.values, by=make_staff(email="b@example.org"))
    event.refresh_from_db()
    assert EventForm(event=event, by=event.moderated_by).initial["start_which"] == "second"


@pytest.mark.parametrize(
    ("inputs", "name", "said"),
    [
        ({"start_day": "2026-03-29", "start_clock": "02:30", "end_day": ""}, "start_clock", "does not exist: the clocks are put forward by 60"),
        ({"end_day": "2026-10-24", "end_clock": "02:00"}, "end_clock", "End is not after the start (Sat 24 Oct, 20:00)."),
        ({"end_clock": ""}, "end_clock", "End time is missing. Write it, or leave the end day empty too."),
        ({"start_clock": ""}, "start_clock", "Start time is missing."),
        ({"start_day": "soon"}, "start_day", "Start day is not a date. Write it as 2026-11-21."),
        ({"kind": "all_day", "end_day": "2026-10-23"}, "end_day", "Last day is before the first"),
        ({"timezone": "Mars/Base"}, "timezone", "Time zone is not known."),
        ({"title": " "}, "title", "Title is empty."),
        ({"lat": "48.2"}, "lng", "Longitude is missing."),
        ({"lat": "148", "lng": "1"}, "lat", "Latitude is a number from -90 to 90."),
        ({"price_min": "20", "price_max": "10"}, "price_max", "Highest price is below the lowest (20)."),
        ({"price_type": "free", "price_min": "20"}, "price_type", "Price: what is free has no amount."),
        ({"price_type": "paid", "price_min": "20"}, "price_currency", "Currency is missing."),
        ({"organizer": "Nobody"}, "organizer", "Organizer: nobody called “Nobody” is known."),
        ({"url": "javascript:alert(1)"}, "url", "is not a web address. Write one that begins with https://"),
    ],
)  # fmt: skip
def test_an_error_names_field_and_remedy(inputs, name, said):
    found = errors(filled(evening(), **inputs))
    assert list(found) == [name]
    assert said in found[name]


def test_lists_are_words_between_commas_and_quotes_keep_a_comma():
    form = filled(
        evening(),
        tags="jazz, , free entry,jazz",
        performers='"Earth, Wind & Fire", Anna',
        offers="A 10\n\nB 20",
    )
    assert form.values == {
        "tags": ["jazz", "free entry"],
        "performers": ["Earth, Wind & Fire", "Anna"],
        "offers": ["A 10", "B 20"],
    }
    assert unlisted(listed(['a "b"', "c, d", "e"])) == ['a "b"', "c, d", "e"]


def test_a_known_venue_fills_what_the_person_did_not_write():
    event, organizer = record_event(), Organizer.objects.create(name="The Club", folded_name="the club")
    place = make_place(name="Red Room", city=event.city, address="2 Hill Road", lat=12.98, lng=77.61)
    named = filled(event, venue_name="red room", organizer="the CLUB")
    assert named.values == {"place_id": place.pk, "organizer_id": organizer.pk}
    services.edit(event.pk, named.values, by=make_staff(email="b@example.org"))
    event.refresh_from_db()
    assert (event.venue_name, event.address, event.lat) == ("Red Room", "2 Hill Road", 12.98)
    event = record_event(title="Other")
    chosen = filled(
        event,
        place=str(place.pk),
        venue_name="Red Room",
        address="2 Hill Road, upstairs",
        lat="12.98",
        lng="77.61",
    )
    assert chosen.values == {"place_id": place.pk, "address": "2 Hill Road, upstairs"}


def test_a_point_set_by_hand_is_exact():
    event = make_event(around_lat=48.1, around_lng=16.1)
    form = filled(event, lat="48.2", lng="16.3")
    assert (form.values["lat"], form.values["around_lat"], form.values["plus_code"][:4]) == (
        48.2,
        None,
        "8FWR",
    )


def test_what_a_source_says_is_taken_whole_and_stays_unsaved():
    event, anna = record_event(), make_staff(email="anna@example.org")
    services.edit(event.pk, {"start_at": event.start_at + timedelta(hours=2), "title": "By hand"}, by=anna)
    event.refresh_from_db()
    listing = event.listings.get()
    form, _ = form_from(sent(event, anna, take=f"start:{listing.pk}", capacity="80"), event=event, by=anna)
    form.is_valid()
    assert form.values["start_at"] == normalized().start
    assert (form.values["capacity"], "title" in form.values) == (80, False)
    rows = {row.unit.field: row for _, rows in Editing(form).groups for row in rows}
    assert [(side.words, side.differs, side.counts) for side in rows["title"].sides] == [
        ("Raga at Dusk", True, False)
    ]
    assert (rows["title"].lock.author, rows["title"].lock.stands) == ("anna@example.org", "Raga at Dusk")
    assert rows["url"].sides[0].counts


def test_what_somebody_changed_meanwhile_is_kept_and_shown_where_both_did():
    event, anna = record_event(), make_staff(email="anna@example.org")
    data = sent(event, anna, title="Mine", capacity="80")
    services.edit(event.pk, {"title": "Theirs", "language": "kn"}, by=make_staff())
    event.refresh_from_db()
    form, both = form_from(data, event=event, by=anna)
    assert (form.is_valid(), both) == (True, ["title"])
    assert form.values == {"title": "Mine", "capacity": 80}
    rows = {row.unit.field: row.now for _, rows in Editing(form, both=both).groups for row in rows}
    assert (rows["title"], rows["language"]) == ("Theirs", "")


def test_the_queries_do_not_grow_with_the_sources():
    event, anna = record_event(), make_staff()

    def queries():
        event.refresh_from_db()
        with CaptureQueriesContext(connection) as found:
            assert len(Editing(EventForm(event=event, by=anna)).groups) == 6
        return len(found)

    one = queries()
    for slug in ("b", "c", "d"):
        entry = make_entry(
            event=replace(normalized(), external_id=slug, price=normalized().price), event_id=event.pk
        )
        services.record_events([entry], origin=make_origin(slug=slug), judge=publish_all, now=NOW)
    assert queries() == one <= 20


def test_suggestions_are_of_the_actor_s_cities():
    event = record_event()
    place = make_place(name="Red Room", city=event.city)
    found = suggestions("venue", "red", city=str(event.city_id), by=make_staff())
    assert [(one["venue_name"], one["place"]) for one in found] == [("Red Room", str(place.pk))]
    assert (
        suggestions("venue", "red", city="", by=make_person(rights=["events.change_event"], cities=[])) == []
    )
    with pytest.raises(RightMissing):
        suggestions("venue", "red", city="", by=make_person(email="p@example.org"))
