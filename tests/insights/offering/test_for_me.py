"""What a person sees of recommendations on their own page, and how they say that they want less of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.models import Event, Organizer
from insights import services
from insights.records import Reader
from personal import services as personal
from personal.models import Follow
from tests.factories import make_event, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")


def soon(**fields: object) -> Event:
    return make_event(**{"start": timezone.now() + timedelta(days=2), **fields})


def test_one_tap_on_a_card_and_it_is_gone_here_and_in_the_api(vera: User, page: Client):
    event, other = soon(title="Loud Night"), soon(title="Quiet Night")
    shown = page.get("/for-me/").content.decode()
    address = f"/me/insights/less/?kind=event&amp;key={event.pk}&amp;back=for-me"
    assert f'formaction="{address}"' in shown
    answer = page.post(address.replace("&amp;", "&"), follow=True)
    assert answer.redirect_chain == [("/for-me/?less=1", 302)]
    after = answer.content.decode()
    assert "Loud Night" not in after
    assert other.title in after
    assert "It is not shown to you any more" in after
    found = page.get("/api/v1/me/events").json()["results"]
    assert [one["title"] for one in found] == [other.title]


@pytest.mark.parametrize("kind", ["event", "venue", "organizer"])
def test_what_is_hidden_stays_away_although_it_is_followed(vera: User, page: Client, kind: str):
    place, organizer = make_place(), Organizer.objects.create(name="Night Crew", folded_name="night crew")
    event = soon(title="Loud Night")
    Event.objects.filter(pk=event.pk).update(place=place, organizer=organizer)
    Follow.objects.create(user=vera, place=place)
    assert "Loud Night" in page.get("/for-me/").content.decode()
    thing = {"event": event, "venue": place, "organizer": organizer}[kind]
    services.hide(Reader(user_id=vera.pk), thing)
    assert "Loud Night" not in page.get("/for-me/").content.decode()


def test_what_is_recommended_stands_above_with_its_reason_and_once(vera: User, page: Client, learnt: None):
    soon(title="Jazz Trio", category_id="music")
    personal.set_preferences(vera, {"categories": ["music"]})
    shown = page.get("/for-me/").content.decode()
    assert "<h2>Recommended</h2>" in shown
    assert "It is of a kind that you want to see" in shown
    assert shown.count("Jazz Trio</a>") == 1


def test_dates_of_one_event_are_recommended_once_by_the_soonest(vera: User, page: Client, learnt: None):
    dates = [soon(title="Run Club", start=timezone.now() + timedelta(days=days)) for days in (9, 2, 16)]
    found = page.get("/api/v1/recommendations?city=bengaluru").json()["results"]
    assert [one["id"] for one in found if one["title"] == "Run Club"] == [str(dates[1].pk)]


@pytest.mark.parametrize("name", ["FLAG_RECOMMENDATIONS", "FLAG_LEARNT_RECOMMENDATIONS"])
def test_switched_off_the_page_is_as_before(vera: User, page: Client, learnt: None, monkeypatch, name: str):
    monkeypatch.setenv(name, "off")
    soon(title="Jazz Trio")
    shown = page.get("/for-me/").content.decode()
    assert "<h2>Recommended</h2>" not in shown
    assert ("Not interested" in shown) is (name == "FLAG_LEARNT_RECOMMENDATIONS")


def test_the_page_costs_the_same_queries_with_one_event_and_with_thirty(
    vera: User, page: Client, learnt: None, django_assert_max_num_queries
):
    soon(title="First")
    page.get("/for-me/")
    for number in range(30):
        soon(title=f"Gig {number}")
    with django_assert_max_num_queries(42):
        page.get("/for-me/")
