"""Staff see how right expectations were, as JSON, CSV, page and metrics; nobody sees errors over few events."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights.expecting import accuracy
from insights.models import ExpectationAccuracy
from operations.measures import families, minute
from tests.factories import make_city, make_person, make_staff
from tests.insights.expecting.world import NOW

pytestmark = pytest.mark.django_db
API, PAGE = "/api/v1/admin/analytics/expectations", "/admin/figures/expectations/"


@pytest.fixture(autouse=True)
def kept():
    """Yesterday and today; of far ahead there are few events."""
    for ago in (0, 1):
        for target, reach, events in (
            ("registered", "near", 40),
            ("registered", "far", 9),
            ("sells_out", "near", 30),
        ):
            ExpectationAccuracy.objects.create(
                day=(NOW - timedelta(days=ago)).date(), target=target, reach=reach, events=events,
                naive_error=8 + ago, error=6, is_shown=reach == "near",
            )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def test_the_latest_day_comes_first_and_few_events_are_hidden(desk):
    told = desk.get(API).json()
    assert (told["k"], told["hidden"], len(told["rows"])) == (10, 2, 6)
    assert told["rows"][0] == {
        "day": "2026-11-26", "target": "registered", "reach": "far", "events": None, "naive_error": None, "error": None, "is_shown": False,
    }  # fmt: skip
    assert told["rows"][1]["error"] == 6.0
    rows = desk.get(API, {"target": "sells_out", "days": 1}).json()["rows"]
    assert [(row["target"], row["day"]) for row in rows] == [("sells_out", "2026-11-26")]


def test_a_file_has_the_same_and_what_is_hidden_is_empty(desk):
    answer = desk.get(API, {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["error"] for row in rows[:3]] == ["", "6.0", "6.0"]
    assert answer["Content-Disposition"] == 'attachment; filename="expectationaccuracies-90-days.csv"'


def test_what_is_unknown_is_refused(desk):
    assert desk.get(API, {"target": "weather"}).json()["errors"][0]["field"] == "target"
    assert desk.get(API, {"day": 3}).status_code == 400


def test_the_page_says_in_a_table_what_it_draws(desk):
    html = desk.get(PAGE).content.decode()
    assert html.count('role="img"') == 2
    assert "seats held at the start" in html
    assert "0.75" in html
    assert 'href="/admin/insights/anomaly/"' in html
    assert 'aria-current="page">Expectations' in html


def test_who_works_in_one_city_does_not_see_all(client):
    client.force_login(make_person(rights=["insights.view_figure"], cities=[make_city()]))
    assert client.get(API).status_code == 403
    assert client.get(PAGE).status_code == 403


def test_metrics_tell_both_errors_and_the_share_of_all_reaches():
    assert accuracy.shares(now=NOW) == {"registered": 0.75, "sells_out": 0.75}
    told = {metric.name: metric.samples for metric in families.expectations()}
    errors = {tuple(one.labels.values()): one.value for one in told["nocturne_expectation_error"]}
    assert errors["registered", "near", "ours"] == 6
    assert ("registered", "far", "ours") not in errors
    assert len(told["nocturne_expectation_shown"]) == 3
    assert dict(minute._expectations(NOW))["expectation_error_registered"] == 0.75


def test_off_all_of_it_is_gone(desk):
    FlagSwitch.objects.create(name=Flag.ANALYTICS, is_on=False)
    forget_flags()
    assert desk.get(API).status_code == desk.get(PAGE).status_code == 404
    assert not list(families.expectations())
    assert not list(minute._expectations(NOW))
