"""What a team sees of its event: figures by day and source, in the same number of queries whatever there is."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.enums import VisitSource
from events.models import Event, EventDay, EventDaySource, Organizer, OrganizerMember
from flags.models import FEATURES, Flag
from insights.models import Expectation, ExpectationAccuracy
from organizers.figures import figures_of
from registrations import services
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    person = make_person(email="ann@example.org", is_staff=False)
    OrganizerMember.objects.create(organizer=owls, user=person, role="helper")
    made = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5), organizer=owls)
    RegistrationSetup.objects.create(event=made)
    return made


@pytest.fixture
def client(event) -> Client:
    client = Client()
    client.force_login(OrganizerMember.objects.get().user)
    return client


def _seen(event, *, days=1):
    today = timezone.now().date()
    for number in range(days):
        day = today - timedelta(days=number)
        EventDay.objects.create(event=event, day=day, views=5, shares=2, clicks=1)
        for source, views in ((VisitSource.SEARCH, 2), (VisitSource.FACEBOOK, 3)):
            EventDaySource.objects.create(event=event, day=day, source=source, views=views)


def test_the_figures_are_of_thirty_days_and_of_what_was_merged_in(event):
    other = make_event(title="Owl Night, again")
    Event.objects.filter(pk=other.pk).update(publication="merged", merged_into=event)
    _seen(event, days=40)
    _seen(other)
    services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    found = figures_of(event, now=timezone.now())
    assert (found.views, found.shares, found.clicks, found.registrations) == (155, 62, 31, 1)
    assert found.sources == [(VisitSource.FACEBOOK, 93), (VisitSource.SEARCH, 62)]
    assert (len(found.days), found.days[-1].views) == (30, 10)
    assert max(one.height for one in found.days) == 100


def test_a_registration_counts_at_once_where_it_is_tomorrow_already(event):
    services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    late = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # the 22nd in Bengaluru
    Registration.objects.update(created_at=late)
    found = figures_of(event, now=late)
    assert (found.registrations, found.days[-1].day.day, len(found.days)) == (1, 22, 30)


def test_the_page_says_in_a_table_what_it_draws(client, event):
    page = f"/organize/events/{event.pk}/figures/"
    assert "Nobody yet." in client.get(page).content.decode()
    _seen(event)
    services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    html = client.get(page).content.decode()
    assert "Search engines" in html
    assert 'role="img"' in html
    assert "1 in all, at most 1 on a day." in html
    assert "Ben" not in html


def test_a_window_has_its_days_a_funnel_and_who_waits(client, event):
    RegistrationSetup.objects.update(capacity=1)
    _seen(event, days=40)
    for name in ("ben", "cleo", "dina"):
        services.register(event.pk, Wish(name=name, address=f"{name}@example.org"))
    first, *_, last = Registration.objects.order_by("queued_at")
    services.check_in(
        event.pk, [(first.code, timezone.now())], by=OrganizerMember.objects.get().user, now=timezone.now()
    )
    services.cancel(last.pk)
    found = figures_of(event, now=timezone.now(), window="week")
    assert (len(found.days), found.views, found.registrations, found.attended) == (7, 35, 3, 1)
    assert [(step["step"], step["count"], step["share"]) for step in found.funnel] == [
        ("views", 35, 1.0), ("clicks", 7, 0.2), ("registrations", 3, 0.0857), ("attended", 1, 0.0286),
    ]  # fmt: skip
    assert (found.now.registered, found.now.waiting, found.now.cancelled, found.now.seats) == (1, 1, 1, 1)
    assert figures_of(event, now=timezone.now(), window="quarter").views == 200
    html = client.get(f"/organize/events/{event.pk}/figures/?window=week").content.decode()
    assert "In the waitlist" in html
    assert "2.9 %" in html
    assert client.get(f"/organize/events/{event.pk}/figures/?window=year").status_code == 404


def test_the_api_tells_a_team_the_same_and_nobody_else(client, event):
    api = f"/api/v1/events/{event.pk}/figures"
    _seen(event, days=3)
    services.register(event.pk, Wish(name="Ben", address="ben@example.org", guests=0))
    answer = client.get(api, {"window": "week"})
    told = answer.json()
    assert (told["totals"]["views"], told["people"]["registered"], len(told["days"])) == (15, 1, 7)
    assert (told["since"], told["until"]) == (told["days"][0]["day"], told["days"][-1]["day"])
    assert told["sources"] == [{"source": "facebook", "views": 9}, {"source": "search", "views": 6}]
    assert answer["Cache-Control"] == "no-store"
    assert "Ben" not in answer.content.decode()
    file = client.get(api, {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert (len(rows), sum(int(row["views"]) for row in rows), rows[-1]["registrations"]) == (30, 15, "1")
    assert file["Content-Disposition"] == 'attachment; filename="figures-month.csv"'
    assert client.get(api, {"window": "year"}).json()["errors"][0]["field"] == "window"
    assert client.get(api, {"windows": "week"}).status_code == 400
    other = Client()
    other.force_login(make_person(email="eve@example.org", is_staff=False))
    refused = [
        other.get(path) for path in (api, f"/api/v1/events/{OrganizerMember.objects.get().pk}/figures")
    ]
    assert [one.status_code for one in refused] == [403, 403]
    assert refused[0].json()["detail"] == refused[1].json()["detail"]


@pytest.mark.parametrize("page", ["/organize/events/{}/figures/", "/api/v1/events/{}/figures"])
def test_the_number_of_queries_does_not_grow(client, event, page):
    page, counts = page.format(event.pk), []
    for number in (1, 30):
        EventDay.objects.all().delete()
        EventDaySource.objects.all().delete()
        _seen(event, days=number)
        for name in range(number):
            services.register(event.pk, Wish(name=f"P{name}", address=f"p{number}x{name}@example.org"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _expected(event, **more):
    now = timezone.now()
    for target in more:
        ExpectationAccuracy.objects.create(
            day=now.date(), target=target, reach="middle", events=40, naive_error=9, error=4, is_shown=True
        )
    row = {"registered": 58.4, "attendance": 43.6, "sells_out": 0.314}
    Expectation.objects.create(
        event=event, day=now.date(), start_at=event.start_at, days_before=5, reach="middle", held=4, waiting=0, **row,
    )  # fmt: skip


def test_a_team_sees_what_is_expected_where_that_was_more_right_than_naive(client, event):
    _expected(event, registered=1, sells_out=1)
    told = client.get(f"/api/v1/events/{event.pk}/figures").json()["expected"]
    assert told == {
        "day": str(timezone.now().date()), "days_before": 5, "registered": 58, "attendance": None, "sells_out": 0.314,
    }  # fmt: skip
    html = client.get(f"/organize/events/{event.pk}/figures/").content.decode()
    assert "about 58" in html
    assert "31 %" in html
    assert "People who come" not in html


def test_where_it_was_not_more_right_nothing_is_told(client, event):
    _expected(event)
    assert client.get(f"/api/v1/events/{event.pk}/figures").json()["expected"] is None
    assert "What is expected" not in client.get(f"/organize/events/{event.pk}/figures/").content.decode()


def test_what_tickets_cost_together_is_told_only_with_payments(client, event, monkeypatch):
    Event.objects.filter(pk=event.pk).update(
        price_type="paid", price_min=10, price_max=15, price_currency="EUR", locked_fields=["price"]
    )
    services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    api, page = f"/api/v1/events/{event.pk}/figures", f"/organize/events/{event.pk}/figures/"
    assert client.get(api).json()["revenue_estimate"] is None
    assert "an estimate" not in client.get(page).content.decode()
    built = replace(FEATURES[Flag.PAYMENTS], is_built=True, default=True)
    monkeypatch.setitem(FEATURES, Flag.PAYMENTS, built)
    assert client.get(api).json()["revenue_estimate"] == {"currency": "EUR", "low": "10.00", "high": "15.00"}
    assert "10.00 – 15.00 EUR" in client.get(page).content.decode()
    Event.objects.filter(pk=event.pk).update(locked_fields=[])
    assert client.get(api).json()["revenue_estimate"] is None
