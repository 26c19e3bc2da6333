"""A subscription's filter agrees with the database.

A reader gets a change if its list has the event now, or had it before; others get nothing.
"""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rights import PIPELINE
from events.enums import Happening
from events.queries import filtered, public
from events.services import announcing
from events.services.publication import change_happening
from outbox.models import Change
from realtime.feed.filters import passes, read_filters
from realtime.feed.window import Window
from tests.factories import EVENING, make_area, make_city, make_event
from tests.realtime.clients import commit, listening

ALL = "events:all"
ZONES = {"bengaluru": "Asia/Kolkata", "los-angeles": "America/Los_Angeles", "": "Pacific/Auckland"}
TITLES = ("Jazz night", "Coding for poets", "Night of Poetry", "Ragas at dusk")
HOURS = (-60, -30, -9, -2, 0, 3, 10, 22, 31, 50, 150)
LENGTHS = (None, 2, 30, 200)

asked = st.fixed_dictionaries(
    {},
    optional={
        "city": st.sampled_from(["bengaluru", "los-angeles"]),
        "area": st.just("indiranagar"),
        "category": st.sampled_from(["music", "music,tech", "film"]),
        "tag": st.sampled_from(["jazz", "live,none"]),
        "q": st.sampled_from(["jazz", "nights", "the poetry", "coding blue", "poet", "jaz"]),
        "status": st.sampled_from(["cancelled", "sold_out,scheduled", "rescheduled,postponed"]),
        "start_after": st.sampled_from([EVENING.isoformat(), (EVENING + timedelta(hours=5)).isoformat()]),
        "start_before": st.just((EVENING + timedelta(hours=30)).isoformat()),
        "when": st.sampled_from(["today", "tonight", "tomorrow", "weekend", "week"]),
        "bbox": st.sampled_from(["77.6,12.9,77.65,13.0", "170,-90,-170,90"]),
        "price": st.sampled_from(["free", "paid"]),
        "price_max": st.just("100"),
        "online": st.just("yes"),
        "language": st.sampled_from(["en", "hi-IN"]),
    },
)
circles = st.one_of(
    st.just({}), st.sampled_from([0.5, 3, 20]).map(lambda km: {"lat": 12.98, "lng": 77.61, "radius_km": km})
)
nows = st.integers(-40, 40).map(lambda hours: EVENING + timedelta(hours=hours))


def state(index):
    """Event number `index`; neighbours differ in most of the filters' fields."""
    slug = list(ZONES)[index % 3]
    start = EVENING + timedelta(hours=HOURS[index % 11], minutes=index)
    length = LENGTHS[index % 4]
    kind = ["free", "paid", "unknown", "donation", "variable"][index % 5]
    return make_event(
        title=f"{TITLES[index % 4]} {index}",
        start=start,
        timezone=ZONES[slug],
        city=make_city(slug=slug) if slug else None,
        area=make_area(city=make_city()) if slug == "bengaluru" and index % 2 else None,
        end_at=start + timedelta(hours=length) if length else None,
        opening_hours=["Tu-Fr 10:00-18:00", ""][index % 2] if length == 200 else "",
        all_day=index % 7 == 0,
        time_known=index % 11 != 0,
        category_id=["music", "film", "tech", "food"][index % 4],
        tags=["jazz", "live"] if index % 3 == 0 else [],
        language=["en", "en-IN", "hi", ""][index % 4],
        price_type=kind,
        price_min=Decimal(index * 10) if kind == "paid" else None,
        happening=["scheduled", "postponed", "moved_online", "rescheduled"][index % 4],
        sold_out=index % 6 == 0,
        online=["no", "yes", "both"][index % 3],
        lat=12.97 + index / 400 if slug == "bengaluru" else None,
        lng=77.59 + index / 400 if slug == "bengaluru" else None,
    )


@pytest.mark.django_db
def test_a_filter_tells_what_the_database_lists_after_the_change_or_listed_before_it():
    """Each change is a pair of rows: the event before it and after it, so that the database can be asked of
    both."""
    make_city()
    make_city(slug="los-angeles", lat=34.05, lng=-118.24, timezone="America/Los_Angeles", country="US")
    events = [state(index) for index in range(40)]
    slugs = announcing.slugs_for(events)
    pairs = [(a, b) for a, b in itertools.pairwise(events)] + [
        (events[n], events[n + 6]) for n in range(0, 30, 5)
    ]
    changes = [
        (
            was.id,
            now.id,
            announcing.change(now, slugs, type=announcing.CHANGED, before=announcing.seen(was, slugs)),
        )
        for was, now in pairs
    ]
    news = [(event.id, announcing.change(event, slugs, type=announcing.PUBLISHED)) for event in events]

    @settings(max_examples=120)
    @given(plain=asked, circle=circles, now=nows)
    def agree(plain, circle, now):
        wanted = read_filters({**plain, **circle})
        if wanted is None:
            return
        listed = set(filtered(public(), wanted, now=now).values_list("id", flat=True))
        for was, present, change in changes:
            reported = passes(wanted, change.type, change.data, now=now)
            assert reported == (was in listed or present in listed), (plain, circle, change.data)
        assert {
            event for event, change in news if passes(wanted, change.type, change.data, now=now)
        } == listed

    agree()


def _card(category):
    return {
        "title": "Jazz", "venue": "Blue Room", "lat": None, "lng": None, "city": "goa", "area": None, "category": category, "tags": [],
        "language": "en", "online": "no", "status": "scheduled", "start": EVENING.isoformat(), "end": None, "timezone": "Asia/Kolkata",
        "all_day": False, "time_known": True, "price": {"type": "free", "min": None, "max": None, "currency": ""},
    }  # fmt: skip


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_reader_hears_that_an_event_left_its_filter_and_then_no_more_of_it(over, hub):
    card = _card("music")
    client = await listening(over, ALL, filters={"category": "music"})
    thing = await commit(ALL, data=card, kind="event.published")
    await commit(ALL, thing=thing, data={**card, "category": "film", "before": {"category": "music"}})
    await commit(
        ALL, thing=thing, data={**card, "category": "film", "title": "Blues", "before": {"title": "Jazz"}}
    )
    await commit(ALL, data=card)
    assert [(await client.frame())["offset"] for _ in range(3)] == [1, 2, 4]
    await hub.refresh()
    back = await listening(over, ALL, filters={"category": "music"}, epoch=hub.epoch, after=1)
    assert [(await back.frame())["offset"] for _ in range(2)] == [3, 4]
    for each in (client, back):
        await each.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_after_a_long_absence_an_event_that_was_published_elsewhere_is_told_too(over, hub):
    """Its older changes are not looked at: it may have been in the filter, and the reader may still show
    it."""
    await commit(ALL)
    thing = await commit(ALL, kind="event.published", data=_card("music"))
    await commit(ALL, thing=thing, kind="event.removed", data={})
    await commit(ALL, thing=thing, kind="event.published", data=_card("film"))
    await hub.refresh()
    hub.window = Window(hub.offset)
    back = await listening(over, ALL, filters={"category": "music"}, epoch=hub.epoch, after=2)
    frame = await back.frame()
    assert (frame["offset"], frame["type"]) == (4, "event.published")
    await back.close()


@pytest.mark.django_db
def test_a_change_says_what_it_was_before():
    event = make_event(category_id="music")
    change_happening(event.id, Happening.POSTPONED, by=PIPELINE)
    reported = Change.objects.filter(object_id=event.id).latest("at")
    assert (reported.type, reported.data["status"], reported.data["before"]) == (
        "event.changed",
        "postponed",
        {"status": "scheduled"},
    )
