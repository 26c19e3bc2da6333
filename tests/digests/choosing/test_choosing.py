"""What a subscriber is told: lines with their dates, nothing twice, and first what has changed."""

from datetime import timedelta

import pytest
from django.utils.text import slugify
from django.utils.timezone import now as clock

from accounts.models import User
from digests import services
from digests.models import Delivery, Subscription
from digests.targets import find_target
from events.models import Event
from personal.models import Favourite, Follow, Preferences
from pipeline.contract.normalized import Venue
from places.models import Place
from tests.digests.conftest import THURSDAY, subscribed
from tests.factories import make_place, record_event

pytestmark = pytest.mark.django_db
NEXT_WEEK = THURSDAY + timedelta(days=7)


def happens(title: str, *, days: float = 2, venue: str = "", **fields) -> Event:
    """An event so many days after Thursday morning, in a venue of its own."""
    where = Venue(name=venue or f"{title} Hall", city="Bengaluru", country="IN")
    event = record_event(title=title, start=THURSDAY + timedelta(days=days), venue=where, **fields)
    name = venue or f"{title} Hall"
    place = Place.objects.filter(name=name).first() or make_place(name=name, slug=slugify(name))
    Event.objects.filter(pk=event.pk).update(place=place)
    event.refresh_from_db()
    return event


def recorded(now=THURSDAY) -> Delivery:
    services.record_due(now=now)
    return Delivery.objects.latest("created_at")


def sent(now=THURSDAY) -> Delivery:
    delivery = recorded(now)
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=now)
    Subscription.objects.update(last_sent_at=now)
    return delivery


def test_the_coming_seven_days_are_told_and_no_more_than_ten_lines():
    for number in range(14):
        happens(f"Concert {number}", days=1 + number / 4)
    happens("Next week", days=7.5)
    subscribed()
    delivery = recorded()
    assert len(delivery.event_ids) == 10
    assert not Event.objects.filter(pk__in=delivery.event_ids, title="Next week").exists()


def test_a_series_is_one_line_with_its_dates():
    trio = [happens("The Trio", days=day, venue="Blue Room", external_id=f"trio {day}") for day in (1, 2, 3)]
    subscribed()
    delivery = recorded()
    assert set(delivery.event_ids) == {event.pk for event in trio}


def test_nothing_is_told_twice_unless_it_changed_and_that_comes_first():
    kept, moved, off = (happens(title, days=9) for title in ("Kept", "Moved", "Off"))
    row = subscribed()
    Delivery.objects.create(
        subscription=row, kind="digest", period="2026-W46", state="sent", created_at=THURSDAY - timedelta(days=7),
        **_columns(kept, moved, off),
    )  # fmt: skip
    fresh = happens("Fresh", days=8)
    Event.objects.filter(pk=moved.pk).update(
        start_at=moved.start_at + timedelta(hours=2), happening="rescheduled"
    )
    Event.objects.filter(pk=off.pk).update(happening="cancelled")
    services.record_due(now=NEXT_WEEK)
    delivery = row.deliveries.get(period="2026-W48")
    assert delivery.changed == 2
    assert set(delivery.event_ids[:2]) == {moved.pk, off.pk}
    assert delivery.event_ids[2:] == [fresh.pk]


def _columns(*events: Event) -> dict:
    from digests.choosing.marks import MARKED, mark_of

    rows = {row["id"]: mark_of(row) for row in Event.objects.values("id", *MARKED)}
    return {"event_ids": [event.pk for event in events], "marks": [rows[event.pk] for event in events]}


def test_a_change_is_told_once():
    moved = happens("Moved", days=9)
    row = subscribed()
    Delivery.objects.create(
        subscription=row, kind="digest", period="2026-W46", state="sent", created_at=THURSDAY - timedelta(days=7), **_columns(moved)
    )  # fmt: skip
    Event.objects.filter(pk=moved.pk).update(happening="cancelled")
    assert sent(THURSDAY).changed == 1
    services.record_due(now=NEXT_WEEK)
    assert row.deliveries.get(period="2026-W48").state == "skipped"


def test_what_was_skipped_or_given_up_counts_as_not_told():
    event = happens("Told by nobody", days=9)
    row = subscribed()
    for period, state in (("2026-W45", "skipped"), ("2026-W46", "failed")):
        Delivery.objects.create(
            subscription=row, kind="digest", period=period, state=state, created_at=THURSDAY - timedelta(days=9), **_columns(event)
        )  # fmt: skip
    services.record_due(now=NEXT_WEEK)
    assert row.deliveries.get(period="2026-W48").event_ids == [event.pk]


def test_preferences_favourites_and_follows_order_it_for_who_has_an_account():
    plain, preferred, saved, followed = (happens(title, days=1 + number, category=category) for number, (title, category) in enumerate(
        [("Plain", "talk"), ("Preferred", "film"), ("Saved", "music"), ("Followed", "tech")]
    ))  # fmt: skip
    person = User.objects.create_user("reader@example.org")
    row = subscribed()
    Subscription.objects.filter(pk=row.pk).update(user=person)
    Preferences.objects.create(user=person, categories=["film"])
    Favourite.objects.create(user=person, event=saved, at=clock())
    Follow.objects.create(user=person, place=followed.place)
    assert recorded().event_ids == [followed.pk, saved.pk, preferred.pk, plain.pk]


@pytest.mark.parametrize("kind", ["area", "category", "venue", "organizer", "performer"])
def test_each_kind_of_subscription_finds_its_own_events(kind):
    wanted = happens(
        "Wanted", days=2, category="film", area="indiranagar", performers=("The Trio",), venue="Blue Room"
    )
    happens("Other", days=2, category="talk", venue="Red Room")
    named = {
        "area": {"area": "indiranagar"},
        "category": {"city": "bengaluru", "category": "film"},
        "venue": {"venue": str(wanted.place_id)},
        "organizer": {"organizer": str(_organizer(wanted))},
        "performer": {"performer": "the trio"},
    }[kind]
    services.subscribe(
        "a@example.org",
        find_target(named),
        weekday=3,
        hour=9,
        timezone="Asia/Kolkata",
        now=THURSDAY - timedelta(days=5),
    )
    row = Subscription.objects.get()
    assert row.kind == kind
    Subscription.objects.update(active=True, confirmed_at=row.requested_at)
    assert recorded().event_ids == [wanted.pk]


def test_a_subscription_to_an_organizer_that_was_merged_goes_on_with_the_one_that_stayed():
    from events.models import Organizer

    wanted = happens("Wanted", days=2)
    happens("Other", days=2)
    stayed = _organizer(wanted)
    gone = Organizer.objects.create(name="The Raga Society", folded_name="the raga society")
    row = subscribed()
    Subscription.objects.filter(pk=row.pk).update(
        kind="organizer", city=None, organizer=gone, timezone="Asia/Kolkata"
    )
    Organizer.objects.filter(pk=gone.pk).update(merged_into=stayed)
    assert recorded().event_ids == [wanted.pk]


def _organizer(event: Event):
    from events.models import Organizer

    organizer = Organizer.objects.create(name="Raga Society", folded_name="raga society")
    Event.objects.filter(pk=event.pk).update(organizer=organizer)
    return organizer.pk


def test_what_a_venue_has_is_told_long_before():
    event = happens("Far", days=40)
    services.subscribe(
        "a@example.org", find_target({"venue": str(event.place_id)}), weekday=3, timezone="Asia/Kolkata", now=THURSDAY - timedelta(days=5)
    )  # fmt: skip
    Subscription.objects.update(active=True, confirmed_at=THURSDAY - timedelta(days=5))
    assert recorded().event_ids == [event.pk]


@pytest.mark.parametrize("kind", ["event", "place", "organizer"])
def test_a_mail_never_names_what_its_reader_hid(kind):
    from insights import services as insights
    from insights.records import Reader

    loud, quiet = happens("Loud Night"), happens("Quiet Night")
    _organizer(loud)
    loud.refresh_from_db()
    person = User.objects.create_user("vera@example.org")
    row = subscribed("vera@example.org")
    Subscription.objects.filter(pk=row.pk).update(user=person)
    insights.hide(Reader(user_id=person.pk), loud if kind == "event" else getattr(loud, kind))
    other = subscribed("else@example.org", sender="2")
    services.record_due(now=THURSDAY)
    told = {one.subscription_id: one.event_ids for one in Delivery.objects.all()}
    assert told[row.pk] == [quiet.pk]
    assert set(told[other.pk]) == {loud.pk, quiet.pk}


def test_the_queries_for_many_subscribers_are_those_for_one(django_assert_max_num_queries):
    for number in range(3):
        happens(f"Concert {number}")
    for number in range(30):
        person = User.objects.create_user(f"{number}@example.org")
        row = subscribed(f"{number}@example.org", sender=str(number))
        Subscription.objects.filter(pk=row.pk).update(user=person)
    with django_assert_max_num_queries(14):
        assert services.record_due(now=THURSDAY) == 30
