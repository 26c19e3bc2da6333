"""Staff see how right forecasts of failing sources were, as JSON, CSV and page."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flags.models import Flag, FlagSwitch
from flags.services import forget
from operations.models import SourceForecastAccuracy
from tests.factories import make_city, make_person, make_staff
from tests.operations.forecasts.test_keeping import NOW

pytestmark = pytest.mark.django_db
API, PAGE = "/api/v1/admin/analytics/source-forecasts", "/admin/figures/expectations/"


@pytest.fixture(autouse=True)
def kept():
    """Today and yesterday."""
    for ago in (0, 1):
        SourceForecastAccuracy.objects.create(
            day=(NOW - timedelta(days=ago)).date(), weeks=40 + ago, naive_error=0.1, error=0.08, is_shown=not ago
        )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def test_the_latest_day_comes_first(desk):
    told = desk.get(API).json()
    assert (told["since"], told["until"]) == ("2026-08-29", "2026-11-26")
    assert [row["day"] for row in told["rows"]] == ["2026-11-26", "2026-11-25"]
    assert told["rows"][0] == {
        "day": "2026-11-26", "weeks": 40, "naive_error": 0.1, "error": 0.08, "is_shown": True,
    }  # fmt: skip
    assert len(desk.get(API, {"days": 1}).json()["rows"]) == 1
    assert desk.get(API, {"day": 1}).status_code == 400


def test_a_file_has_the_same(desk):
    answer = desk.get(API, {"format": "csv"})
    assert [row["weeks"] for row in csv.DictReader(io.StringIO(answer.content.decode()))] == ["40", "41"]
    assert answer["Content-Disposition"] == 'attachment; filename="forecastaccuracies-90-days.csv"'


def test_the_page_says_in_a_table_what_it_draws(desk):
    html = desk.get(PAGE).content.decode()
    assert html.count('role="img"') == 1
    assert html.count("0.8<") == 2
    assert f'href="{API}?format=csv"' in html


def test_without_an_error_of_the_naive_one_there_is_no_share(desk):
    SourceForecastAccuracy.objects.update(naive_error=0, error=0)
    assert desk.get(PAGE).status_code == 200


def test_who_works_in_one_city_does_not_see_them(client):
    client.force_login(make_person(rights=["insights.view_figure"], cities=[make_city()]))
    assert client.get(API).status_code == 403


def test_off_they_are_gone(desk):
    FlagSwitch.objects.create(name=Flag.ANALYTICS, is_on=False)
    forget()
    assert desk.get(API).status_code == 404
