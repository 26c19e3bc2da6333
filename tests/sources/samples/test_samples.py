"""The shipped samples show every state that a page can have, and go with one click."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from digests.choosing.pool import pool_of
from digests.models import Subscription
from events.enums import ImageState
from events.models import Event, EventImage, Origin
from events.queries.sitemap import months_with_events
from outbox.models import Change
from places.models import City, Place
from sources import tasks
from sources.enums import Phase
from sources.models import Source
from sources.runs.claim import open_run
from sources.samples.drawing import draw
from sources.samples.load import draw_pictures, load_samples
from sources.samples.programmes import EVERY_DAY, Town
from sources.samples.removal import shown_samples
from sources.samples.render import TOWNS
from tests.factories import make_event, make_person, make_source, make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
#: The time of the clock in tests, when runs begin: the same day in all three cities.
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def samples() -> None:
    call_command("load_cities")
    call_command("load_categories")
    load_samples(now=NOW)


@pytest.mark.usefixtures("samples")
def test_a_start_reads_them_once_a_day_and_goes_on_where_one_was_interrupted() -> None:
    assert load_samples(now=NOON, new_only=True) == []
    interrupted = Source.objects.annotate(read=Count("runs")).filter(read=2).first()
    assert interrupted, "a source with a past is read twice at first"
    interrupted.runs.latest("id").delete()
    assert [run.source for run in load_samples(now=NOON, new_only=True)] == [interrupted]
    tomorrow = load_samples(now=NOON + timedelta(days=1), new_only=True)
    assert len(tomorrow) == Source.objects.filter(is_sample=True).count()


@pytest.mark.usefixtures("samples")
def test_a_source_whose_run_is_under_way_is_left_to_it() -> None:
    """A start that was interrupted leaves such a run until it counts as lost; the next start must not fail."""
    source = Source.objects.get(slug="sample-calendar")
    open_run(source, requested_by="", now=NOON, phase=Phase.FETCHING)
    runs = load_samples(now=NOON)
    assert len(runs) == Source.objects.filter(is_sample=True).count() - 1
    assert source not in [run.source for run in runs]


@pytest.mark.usefixtures("samples")
def test_they_show_every_state_in_three_cities_and_go_wholly(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = Event.objects.filter(is_sample=True, publication="approved")
    assert set(events.values_list("city__slug", flat=True)) == {"bengaluru", "new-york", "san-francisco"}
    assert {"en", "hi", "kn", "es", "fr"} <= set(events.values_list("language", flat=True))
    assert {"cancelled", "rescheduled", "scheduled"} <= set(events.values_list("happening", flat=True))
    for wanted in (
        {"sold_out": True},
        {"online": "yes"},
        {"price_type": "free"},
        {"price_type": "paid"},
        {"age_limit__gt": 0},
        {"previous_start_at__isnull": False},
        {"category__slug": "family"},
    ):
        assert events.filter(**wanted).exists(), wanted
    moved = events.filter(title__startswith="Talk: Kannada cinema").order_by("start_at")
    assert {"Press Street Studio", "The Old Mill Stage"} == set(moved.values_list("venue_name", flat=True))
    assert "The Old Mill Stage" in moved.values_list("former_venue", flat=True)
    for city in ("bengaluru", "new-york", "san-francisco"):
        rows = events.filter(city__slug=city).exclude(series=None).values_list("series", "title")
        assert len({series for series, _ in rows}) == len({title for _, title in rows}) > 1
    doubly = [event for event in events.prefetch_related("listings") if len(event.listings.all()) > 1]
    assert len(doubly) > 50
    assert EventImage.objects.filter(state=ImageState.WAITING).count() > 100
    assert months_with_events(now=NOW) == []

    make_event(city=City.objects.get(slug="new-york"))
    shown = shown_samples()
    assert shown is not None
    assert (shown.with_real, len(shown.cities)) == (("New York",), 3)
    client.force_login(make_staff())
    page = reverse("admin:sources_source_samples")
    assert "Take the samples away" in client.get(page).content.decode()
    monkeypatch.setattr(tasks.process_removal_of_samples, "delay", lambda: None)
    assert client.post(page).status_code == 302
    assert not Source.objects.filter(is_sample=True).exists()
    assert tasks.process_removal_of_samples() == shown.events
    assert tasks.process_removal_of_samples() == 0
    assert (Event.objects.count(), shown_samples()) == (1, None)
    assert not Place.objects.filter(is_sample=True).exists()
    assert not Origin.objects.filter(is_sample=True).exists()
    assert Change.objects.filter(type="event.removed").count() > 400


def test_pictures_are_drawn_and_never_fetched() -> None:
    event = make_event(is_sample=True)
    EventImage.objects.create(
        event=event, source_url="https://samples.nocturne.example/pictures/late-trio.png"
    )
    other = EventImage.objects.create(event=make_event(), source_url="https://elsewhere.example/a.png")
    assert draw_pictures() == 1
    other.refresh_from_db()
    assert (EventImage.objects.get(event=event).state, other.state) == ("stored", "waiting")
    assert draw("late-trio", "music") == draw("late-trio", "music") != draw("play", "stage")


def test_a_source_asks_whether_samples_beside_its_events_are_to_go(client: Client) -> None:
    source = make_source(slug="real", is_active=True)
    client.force_login(make_staff())
    page = reverse("admin:sources_source_change", args=[source.pk])
    make_event(is_sample=True, city=source.city)
    assert "Take the samples away?" not in client.get(page).content.decode()
    make_event(city=source.city)
    assert "Take the samples away?" in client.get(page).content.decode()


def test_who_may_not_delete_sources_cannot_take_the_samples_away(client: Client) -> None:
    make_event(is_sample=True)
    client.force_login(make_person(rights=["sources.view_source", "sources.change_source"]))
    assert client.post(reverse("admin:sources_source_samples")).status_code == 403


def test_samples_are_kept_from_search_engines_and_from_mail_where_there_is_more(client: Client) -> None:
    sample = make_event(is_sample=True)
    city = sample.city
    assert city is not None
    page = client.get(sample.get_absolute_url()).content.decode()
    assert '<meta name="robots" content="noindex">' in page
    weekly = Subscription(city=city, filters={})
    before = sample.start_at.replace(hour=0)
    assert pool_of(weekly, now=before).ids == {sample.pk}
    real = make_event(title="A real one", city=city)
    assert pool_of(weekly, now=before).ids == {real.pk}


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.city)
def test_every_night_has_something_late(town: Town) -> None:
    every_night = [one.start for one in town.programmes if one.weekdays == EVERY_DAY]
    assert any(start >= time(22, 30) for start in every_night)
    assert any(start < time(5) for start in every_night)
