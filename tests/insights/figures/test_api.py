"""The staff's figures by API: windows, breakdowns, what is hidden, files, rights, and clear refusals."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now as clock

from digests.models import Subscription
from events.models import AskedQuery
from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights import services
from insights.figures import adding, cohorts
from insights.models import CohortWeek, InteractionSum, PendingAct
from insights.records import Reader
from tests.factories import make_city, make_event, make_person, make_place
from tests.insights.figures.world import NOW, happened

pytestmark = pytest.mark.django_db
API = "/api/v1/admin/analytics"
RIGHTS = ["insights.view_figure", "places.oversee_city"]


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_person(rights=RIGHTS))
    PendingAct.objects.all().delete()
    return client


def test_a_window_has_totals_the_time_before_a_funnel_and_steps(staff: Client):
    event = make_event()
    happened(event.pk, views=200, clicks=30, registrations=20, attended=4, saves=12)
    happened(event.pk, at=NOW - timedelta(days=8), views=50, registrations=2)
    adding.add_up()
    told = staff.get(f"{API}/events?window=week").json()
    assert (told["totals"]["views"], told["totals"]["registrations"], told["totals"]["attended"]) == (
        200,
        20,
        None,
    )
    assert (told["before"]["views"], told["before"]["registrations"]) == (50, None)
    assert [(step["step"], step["count"], step["share"]) for step in told["funnel"]] == [
        ("views", 200, 1.0), ("clicks", 30, 0.15), ("registrations", 20, 0.1), ("attended", None, None),
    ]  # fmt: skip
    assert (len(told["points"]), told["points"][-1]["views"], told["k"]) == (7, 200, 10)
    assert [len(staff.get(f"{API}/events?window={name}").json()["points"]) for name in ("hour", "day", "month")] == [60, 24, 30]  # fmt: skip


def test_breakdowns_name_their_rows_and_hide_few_people(staff: Client):
    city = make_city()
    blue, red = make_place(name="Blue Room", city=city), make_place(name="Red Room", city=city)
    happened(make_event(place=blue, city=city).pk, views=9, registrations=3)
    happened(make_event(title="Other", place=red, city=city).pk, views=30, registrations=40)
    happened(make_event(title="On the net", city=None, online="yes").pk, views=5)
    adding.add_up()
    told = staff.get(f"{API}/events?by=venue").json()
    assert [(row["name"], row["views"], row["registrations"]) for row in told["rows"]] == [
        ("Red Room", 30, None), ("Blue Room", 9, None),
    ]  # fmt: skip
    assert told["hidden"] == 2
    by_city = staff.get(f"{API}/events?by=city").json()["rows"]
    assert [(row["name"], row["views"]) for row in by_city] == [(city.name, 39), ("in no city", 5)]
    hours = staff.get(f"{API}/events?by=hour").json()["rows"]
    assert [(row["name"], row["views"]) for row in hours] == [("12:00", 5), ("18:00", 39)]
    assert [row["name"] for row in staff.get(f"{API}/events?by=weekday").json()["rows"]] == ["Thursday"]
    assert [row["name"] for row in staff.get(f"{API}/events?by=category&window=hour").json()["rows"]] == [
        "Music"
    ]
    assert staff.get(f"{API}/events?by=venue&limit=1").json()["more"] == 1


def test_a_file_has_the_rows_and_no_formulas(staff: Client):
    city = make_city()
    happened(make_event(place=make_place(name="=cmd()", city=city), city=city).pk, views=9)
    adding.add_up()
    answer = staff.get(f"{API}/events?by=venue&format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["name"], row["views"], row["saves"]) for row in rows] == [("'=cmd()", "9", "0")]
    accepted = staff.get(f"{API}/events", headers={"accept": "text/csv"}).content.decode()
    assert len(accepted.splitlines()) == 8


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("window=year", "window"), ("by=colour", "by"), ("city=atlantis", "city"), ("limit=0", "limit"), ("format=xml", "format"),
        ("by=hour&window=day", "by"), ("windows=week", "windows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(staff: Client, asked: str, field: str):
    answer = staff.get(f"{API}/events?{asked}")
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, [field])


def test_a_moderator_sees_the_own_cities_alone(client: Client):
    near, far = make_city(), make_city(slug="goa", name="Goa")
    moderator = make_person(rights=["insights.view_figure"], cities=[near])
    client.force_login(moderator)
    happened(make_event(city=near).pk, views=7)
    happened(make_event(title="Far", city=far).pk, views=90)
    adding.add_up()
    assert client.get(f"{API}/events").json()["totals"]["views"] == 7
    assert client.get(f"{API}/events?city=goa").status_code == 403
    assert client.get(f"{API}/users").status_code == 403
    assert client.get(f"{API}/insights").json()["coverage"][0]["city"] == near.slug


def test_nobody_else_sees_them_and_off_they_are_nowhere(client: Client, staff: Client):
    assert Client().get(f"{API}/events").status_code == 401
    other = Client()
    other.force_login(make_person(email="x@example.org"))
    assert other.get(f"{API}/events").status_code == 403
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget_flags()
    assert [staff.get(f"{API}/{name}").status_code for name in ("events", "users", "insights")] == [404] * 3
    forget_flags()


def test_cohorts_say_who_is_still_there(staff: Client):
    for number in range(12):
        services.agree(Reader(device_key=f"d{number}"), now=NOW - timedelta(days=8))
        if number < 11:
            services.agree(Reader(device_key=f"d{number}"), now=NOW)
    from insights.models import Participant

    Participant.objects.filter(pk__in=list(Participant.objects.values_list("pk", flat=True)[:11])).update(
        seen_on=NOW.date()
    )
    with time_machine.travel(NOW - timedelta(days=4), tick=False):
        cohorts.count(now=clock())
    cohorts.count(now=NOW)
    cohorts.count(now=NOW)
    [row] = [one for one in staff.get(f"{API}/users?weeks=4").json()["cohorts"] if one["kind"] == "readers"]
    assert (row["began"], row["people"], row["active"]) == ("2026-11-16", 12, [12, 11])


def test_cohorts_of_few_are_hidden_and_numbers_do_not_shrink(staff: Client):
    make_subscriptions(3)
    cohorts.count(now=NOW)
    row = CohortWeek.objects.get(kind="subscribers")
    assert (row.people, row.active) == (3, 3)
    Subscription.objects.all().delete()
    cohorts.count(now=NOW)
    told = staff.get(f"{API}/users").json()
    assert [(one["people"], one["active"]) for one in told["cohorts"]] == [(None, [None])]
    assert told["hidden"] >= 2
    lines = staff.get(f"{API}/users?format=csv").content.decode().splitlines()
    assert lines[0] == "kind,began,people,active_0"


def make_subscriptions(count: int) -> None:
    city = make_city()
    Subscription.objects.bulk_create(
        Subscription(
            address=f"s{number}@example.org", address_hash=f"h{number}", token_hash=f"t{number}", city=city, active=True, confirmed_at=NOW,
        )
        for number in range(count)
    )  # fmt: skip


def test_what_was_not_found_and_what_is_looked_at_more_than_there_is(staff: Client):
    city = make_city()
    for text, times, missed in (("opera", 40, 30), ("my name", 9, 9), ("jazz", 50, 0)):
        AskedQuery.objects.create(
            text=text, city=city, day=date(2026, 11, 25), times=times, unanswered=missed
        )
    happened(make_event(city=city, start=NOW + timedelta(days=1)).pk, views=60)
    adding.add_up()
    InteractionSum.objects.create(day=NOW.date(), city_id=city.pk, category="music", interaction="view", surface="city", times=20, participants=11)  # fmt: skip
    InteractionSum.objects.create(day=NOW.date(), city_id=city.pk, category="music", interaction="hide", surface="city", times=20, participants=2)  # fmt: skip
    told = staff.get(f"{API}/insights").json()
    assert told["not_found"] == [{"text": "opera", "city": "bengaluru", "times": 40, "unanswered": 30}]
    assert told["searched"] == [{"city": "bengaluru", "searches": 99, "unanswered": 39}]
    assert told["coverage"] == [
        {"city": "bengaluru", "category": "music", "views": 60, "upcoming": 1, "views_per_event": 60.0}
    ]
    assert told["surfaces"] == [{"surface": "city", "interaction": "view", "times": 20}]
    assert told["hidden"] == 2
    AskedQuery.objects.filter(text="opera").delete()
    assert staff.get(f"{API}/insights").json()["not_found"] == []
