"""A person follows something, and its events come."""

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events.models import Organizer
from events.queries import for_cards
from events.services import search_text
from personal import queries, services
from personal.exceptions import PersonalRefused
from personal.models import Follow
from places.services import merge_places, unmerge_places
from tests.factories import make_area, make_city, make_place, make_staff

FOLLOWS = "/api/v1/me/follows"


@pytest.fixture
def world(soon):
    """Four events, each of something that can be followed, and one of nothing."""
    place, organizer, area = (
        make_place(name="Blue Room"),
        Organizer.objects.create(name="Lantern Club", folded_name="lantern club"),
        make_area(),
    )
    made = {
        "venue": soon(title="At the venue", place=place),
        "organizer": soon(title="By the organizer", organizer=organizer),
        "area": soon(title="In the area", area=area),
        "performer": soon(title="With the performer", performers=["Moonlit Trio"]),
        "nothing": soon(title="Of nothing", category_id="film"),
    }
    search_text.refresh([event.pk for event in made.values()])
    keys = {
        "venue": str(place.pk),
        "organizer": str(organizer.pk),
        "area": area.slug,
        "performer": "moonlit TRIO",
    }
    return (
        made,
        keys,
        {
            "venue": "Blue Room",
            "organizer": "Lantern Club",
            "area": "Indiranagar",
            "performer": "Moonlit Trio",
        },
    )


@pytest.mark.parametrize("kind", ["venue", "organizer", "area", "performer"])
def test_what_is_followed_comes_whatever_the_preferences_say(vera, api, world, titles, kind):
    made, keys, names = world
    services.set_preferences(vera, {"city": make_city(slug="goa")})
    assert titles(vera) == []
    told = api.post(FOLLOWS, {"kind": kind, "key": keys[kind]}, "application/json")
    assert (told.status_code, told.json()["name"], told.json()["in_calendar"]) == (201, names[kind], False)
    found = queries.events_for(vera, now=timezone.now(), limit=5, read=for_cards)
    assert [event.pk for event in found.events] == [made[kind].pk]
    assert found.why == {made[kind].pk: [names[kind]]}
    answer = api.get("/api/v1/me/events").json()
    assert answer["reasons"] == [{"event": str(made[kind].pk), "follows": [names[kind]], "saved": False}]
    assert api.get(told.json()["url"]).status_code == 200
    assert api.get(FOLLOWS).json()["results"] == [told.json()]
    again = api.post(FOLLOWS, {"kind": kind, "key": keys[kind], "in_calendar": True}, "application/json")
    assert (again.status_code, again.json()["in_calendar"], Follow.objects.count()) == (200, True, 1)
    assert api.delete(f"{FOLLOWS}/{told.json()['id']}").status_code == 204
    assert api.delete(f"{FOLLOWS}/{told.json()['id']}").status_code == 204
    assert titles(vera) == []


def test_events_of_both_lists_come_once_by_their_start(vera, world, titles):
    made, keys, _ = world
    services.follow(vera, queries.one_followed("venue", keys["venue"]))
    assert len(titles(vera)) == len(set(titles(vera))) == 5
    assert titles(vera, city="nowhere") == []


def test_followed_events_are_in_the_calendar_by_choice(vera, world):
    _, keys, _ = world
    path = f"/me/secret/{services.renew_calendar(vera)}/calendar.ics"

    def held() -> list[str]:
        return [str(one["SUMMARY"]) for one in Calendar.from_ical(Client().get(path).content).walk("VEVENT")]

    what = queries.one_followed("venue", keys["venue"])
    services.follow(vera, what)
    assert held() == []
    services.follow(vera, what, in_calendar=True)
    assert held() == ["At the venue"]


def test_a_merge_of_venues_and_its_undoing_keep_follows(vera, world, titles):
    made, keys, _ = world
    services.set_preferences(vera, {"city": make_city(slug="goa")})
    row = services.follow(vera, queries.one_followed("venue", keys["venue"]))
    survivor = make_place(name="The Blue Room")
    merge_places(survivor.pk, row.place_id, by=make_staff())
    ((_, what),) = queries.follows_of(vera)
    assert what.key == survivor.pk
    assert titles(vera) == ["At the venue"]
    # whoever follows both follows one thing, and can end it
    services.follow(vera, queries.one_followed("venue", str(survivor.pk)))
    assert Follow.objects.count() == 1
    unmerge_places(row.place_id, by=make_staff(email="two@example.org"))
    ((_, what),) = queries.follows_of(vera)
    assert str(what.key) == keys["venue"]
    assert titles(vera) == ["At the venue"]


def test_follows_of_both_venues_end_together(vera):
    one, two = make_place(name="Blue Room"), make_place(name="The Blue Room")
    for place in (one, two):
        services.follow(vera, queries.one_followed("venue", str(place.pk)))
    merge_places(one.pk, two.pk, by=make_staff())
    ((row, _),) = queries.follows_of(vera)
    assert services.unfollow(vera, row.pk) is True
    assert not Follow.objects.exists()


def test_only_ones_own_follows_end(vera, world):
    from tests.factories import make_person

    row = services.follow(
        make_person(email="max@example.org"), queries.one_followed("venue", world[1]["venue"])
    )
    assert services.unfollow(vera, row.pk) is False
    assert Follow.objects.count() == 1


def test_an_account_follows_only_so_many(vera, world, monkeypatch):
    monkeypatch.setattr(services.following, "MOST_FOLLOWS", 1)
    _, keys, _ = world
    services.follow(vera, queries.one_followed("venue", keys["venue"]))
    services.follow(vera, queries.one_followed("venue", keys["venue"]))
    with pytest.raises(PersonalRefused, match="1 at most"):
        services.follow(vera, queries.one_followed("area", keys["area"]))


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "venue", "key": "x"},
        {"kind": "venue", "key": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"},
        {"kind": "area", "key": "nowhere"},
        {"kind": "performer", "key": "Nobody"},
        {"kind": "performer", "key": "!!"},
        {"kind": "city", "key": "bengaluru"},
    ],
)
def test_what_there_is_not_is_refused(api, said):
    answer = api.post(FOLLOWS, said, "application/json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def test_pages_lead_to_one_that_follows(page, vera, world):
    made, keys, names = world
    place = made["venue"].place
    shown = Client().get(f"/venues/{place.slug}-{place.pk.hex}/")
    link = f"/for-me/follow/?kind=venue&amp;key={place.pk}"
    assert link in shown.content.decode()
    assert "csrf" not in shown.content.decode()
    address = link.replace("&amp;", "&")
    asked = Client().get(address)
    assert (asked.status_code, "/accounts/login/" in asked.headers["Location"]) == (302, True)
    assert page.get(address).status_code == 200
    assert not Follow.objects.exists()  # a GET follows nothing
    assert page.post(address, {"do": "follow", "calendar": "on"}).headers["Location"].startswith("/venues/")
    row = Follow.objects.get()
    assert row.in_calendar is True
    text = page.get("/for-me/following/").content.decode()
    assert "Blue Room" in text
    assert "You follow Blue Room." in page.get("/for-me/").content.decode()
    page.post("/for-me/following/", {"follow": row.pk, "do": "no-calendar"})
    assert Follow.objects.get().in_calendar is False
    page.post("/for-me/following/", {"follow": row.pk, "do": "unfollow"})
    assert not Follow.objects.exists()
    page.post(address, {"do": "follow"})
    page.post(address, {"do": "unfollow"})
    assert not Follow.objects.exists()
    assert page.get("/for-me/follow/?kind=venue&key=x").status_code == 404


@pytest.mark.parametrize("kind", ["organizer", "performer", "area"])
def test_every_page_of_what_can_be_followed_leads_there(world, kind):
    made, keys, _ = world
    what = queries.one_followed(kind, keys[kind])
    assert f"/for-me/follow/?kind={kind}&amp;key=" in Client().get(what.path).content.decode()


def test_the_lists_cost_the_same_queries_with_one_follow_and_with_thirty(
    vera, page, world, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    page.get("/for-me/")  # the switches are read once in some seconds
    for number in (1, 30):
        for each in range(number):
            services.follow(
                vera, queries.one_followed("venue", str(make_place(name=f"Room {number} {each}").pk))
            )
        with CaptureQueriesContext(
            connection,
        ) as found:
            page.get("/for-me/")
            page.get("/for-me/following/")
        counts.append(len(found))
    assert counts[0] == counts[1]
