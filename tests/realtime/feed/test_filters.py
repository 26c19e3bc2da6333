"""A subscription's filter agrees with the database.

A reader gets a change if its list has the event now, or had it before; others get nothing.
"""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rights import PIPELINE
from events.change_filters import passes
from events.enums import Happening
from events.models import Event, Organizer
from events.queries import SearchText, filtered, public, search_texts
from events.services import announcing, search_text
from events.services.publication import change_happening
from outbox.models import Change
from outbox.services import number_changes, record
from realtime.feed.filters import read_filters
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
        "q": st.sampled_from(
            [
                "jazz",
                "nights",
                "the poetry",
                "coding blue",
                "poet",
                "jaz",
                "candle",
                "ensemble",
                "collective",
                '"by candlelight"',
                "-candlelight",
                "music -jazz",
            ]
        ),
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
        description="An evening <b>by candlelight</b>." if index % 5 == 0 else "",
        performers=["Blue Lamp Ensemble"] if index % 4 == 1 else [],
        organizer=Organizer.objects.get_or_create(name="Night Collective", folded_name="night collective")[0]
        if index % 7 == 2
        else None,
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
    texts = search_texts(event.id for event in events)
    turned = {
        (was, now): SearchText(texts[now].document, before=texts[was].document, changed_in=1)
        for was, now, _ in changes
    }

    @settings(max_examples=120)
    @given(plain=asked, circle=circles, now=nows)
    def agree(plain, circle, now):
        wanted = read_filters({**plain, **circle})
        if wanted is None:
            return
        listed = set(filtered(public(), wanted, now=now).values_list("id", flat=True))
        for was, present, change in changes:
            text = turned[was, present]
            reported = passes(wanted, change.type, change.data, text=text, transaction=1, now=now)
            assert reported == (was in listed or present in listed), (plain, circle, change.data)
        assert {
            event
            for event, change in news
            if passes(wanted, change.type, change.data, text=texts[event], transaction=1, now=now)
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


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_words_are_found_where_the_database_finds_them_now_and_before_the_change(over, hub):
    """In performers and descriptions too, which no change carries; a reader who comes back is told the same."""
    thing = await sync_to_async(make_event)(description="By candlelight.", performers=["Blue Lamp Ensemble"])
    await sync_to_async(number_changes)()
    await hub.refresh()
    city = {"filters": {"q": "candlelight", "city": "bengaluru"}}
    reader = await listening(over, ALL, **city)
    others = await listening(over, ALL, filters={"q": "puppets"})
    start = hub.offset
    assert start > 0
    for fields in (
        {"performers": ["Blue Lamp Duo"]},
        {"description": "By daylight."},
        {"performers": ["Blue Lamp Trio"]},
        {"description": "With puppets."},
    ):
        await _edited(thing, **fields)
        await hub.refresh()
    now = [(await reader.frame())["offset"] for _ in range(2)]
    assert now == [start + 1, start + 2]
    assert (await others.frame())["offset"] == start + 4
    back = await listening(over, ALL, **city, epoch=hub.epoch, after=start)
    assert (await back.frame())["offset"] == start + 4  # the newest of what it missed
    for each in (reader, others, back):
        await each.close()


async def test_texts_are_read_once_for_all_changes_and_readers_and_only_where_one_asks_for_words(hub):
    things = [await sync_to_async(make_event)(title=f"Poets {number}") for number in range(3)]
    await sync_to_async(number_changes)()
    await hub.refresh()
    asked = []
    run = hub.database.run

    async def counted(work, *given):
        asked.append(work)
        return await run(work, *given)

    hub.database.run = counted
    plain = await listening("websocket", ALL, filters={"city": "bengaluru"})
    await _edited_at_once(things, tags=["jazz"])
    await hub.refresh()
    assert search_texts not in asked
    readers = [await listening("websocket", ALL, filters={"q": word}) for word in ("poets", "jazz", "poet")]
    await _edited_at_once(things, tags=["blues"])
    await hub.refresh()
    assert asked.count(search_texts) == 1
    for each in (plain, *readers):
        await each.close()


async def _edited(event, **fields):
    await _edited_at_once([event], **fields)


@sync_to_async
def _edited_at_once(events, **fields):
    """As services do: in one transaction the events, their documents and their changes."""
    with transaction.atomic():
        slugs = announcing.slugs_for(events)
        before = [announcing.seen(event, slugs) for event in events]
        for event in events:
            for name, value in fields.items():
                setattr(event, name, value)
            event.save()
        search_text.refresh([event.id for event in events])
        record(
            announcing.change(event, slugs, type=announcing.CHANGED, before=was)
            for event, was in zip(events, before, strict=True)
        )
    number_changes()


@pytest.mark.django_db
def test_what_a_text_said_before_is_kept_for_a_day():
    event = make_event(description="By candlelight.")
    search_text.refresh([event.id])
    assert search_texts([event.id])[event.id].before == ""  # nothing changed
    Event.objects.filter(pk=event.pk).update(description="By daylight.")
    search_text.refresh([event.id])
    held = search_texts([event.id])[event.id]
    assert ("candlelight" in held.former_terms.positions, "daylight" in held.terms.positions) == (True, True)
    assert search_text.forget_former(now=timezone.now() + timedelta(hours=23)) == 0
    assert search_text.forget_former(now=timezone.now() + timedelta(hours=25)) == 1
    assert search_texts([event.id])[event.id].before == ""
