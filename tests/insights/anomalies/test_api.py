"""Staff see anomalies of their cities, say whether each was right, and read how many were."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights.anomalies import answering
from insights.models import Anomaly
from tests.factories import make_city, make_person
from tests.insights.anomalies.world import NOW, facts

pytestmark = pytest.mark.django_db
API = "/api/v1/admin/analytics/anomalies"
RIGHTS = ["insights.view_anomaly", "insights.change_anomaly"]


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_person(rights=[*RIGHTS, "places.oversee_city"]))
    return client


def say(client: Client, row: Anomaly, was_right: object):
    return client.patch(f"{API}/{row.pk}", {"was_right": was_right}, content_type="application/json")


def test_the_latest_come_first_and_can_be_narrowed(staff: Client) -> None:
    city = make_city()
    old = Anomaly.objects.create(**facts(key="a", began_at=NOW - timedelta(days=9), ended_at=NOW, city=city))
    new = Anomaly.objects.create(**facts(key="b", kind="price", was_right=True, answered_at=NOW))
    told = staff.get(API).json()
    assert [row["id"] for row in told["results"]] == [str(new.pk), str(old.pk)]
    assert (told["total"], told["precision"], told["answers"]["fewer"]["unanswered"]) == (2, 1.0, 1)
    for query, found in {
        "state=open": [new], "state=past": [old], "kind=price": [new], "answer=none": [old], "answer=right": [new],
        "answer=wrong": [], f"city={city.slug}": [old], "limit=1": [new],
    }.items():  # fmt: skip
        assert [row["id"] for row in staff.get(f"{API}?{query}").json()["results"]] == [str(one.pk) for one in found], query  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["state=old", "kind=colour", "answer=maybe", "city=atlantis", "limit=0", "nothing=1"]
)
def test_what_is_wrong_is_named(staff: Client, asked: str) -> None:
    answer = staff.get(f"{API}?{asked}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, asked.partition("=")[0])


def test_answers_are_kept_changed_and_taken_back(staff: Client) -> None:
    row = Anomaly.objects.create(**facts())
    assert say(staff, row, True).json()["was_right"] is True
    assert say(staff, row, True).status_code == 200
    assert say(staff, row, False).json()["answered_at"] == "2026-11-26T12:30:20Z"
    assert staff.get(API).json()["precision"] == 0.0
    assert say(staff, row, None).json()["answered_at"] is None
    row.refresh_from_db()
    assert (row.was_right, row.answered_by) == (None, "")
    assert say(staff, row, "perhaps").status_code == 400
    assert staff.patch(f"{API}/none", {}, content_type="application/json").status_code == 404


def test_precision_is_that_of_ninety_days() -> None:
    for number, (right, days) in enumerate([(True, 1), (True, 2), (False, 3), (None, 4), (False, 100)]):
        answered = None if right is None else NOW
        Anomaly.objects.create(
            **facts(
                key=str(number), was_right=right, answered_at=answered, began_at=NOW - timedelta(days=days)
            )
        )
    told = answering.tally(now=NOW)
    assert told["fewer"] == {"right": 2, "wrong": 1, "unanswered": 1}
    assert answering.precision(told.values()) == pytest.approx(2 / 3)
    assert answering.precision([told["crowd"]]) is None


def test_a_moderator_answers_in_the_own_cities_alone(client: Client) -> None:
    near, far = make_city(), make_city(slug="goa", name="Goa")
    mine, theirs, everybodys = (
        Anomaly.objects.create(**facts(key=str(number), city=city)) for number, city in enumerate((near, far, None))
    )  # fmt: skip
    client.force_login(make_person(rights=RIGHTS, cities=[near]))
    assert [row["id"] for row in client.get(API).json()["results"]] == [str(mine.pk)]
    assert [say(client, row, False).status_code for row in (mine, theirs, everybodys)] == [200, 404, 404]
    assert Anomaly.objects.filter(was_right=False).get() == mine


def test_who_may_only_look_does_not_answer_and_off_there_is_nothing(client: Client) -> None:
    row = Anomaly.objects.create(**facts())
    client.force_login(make_person(rights=["insights.view_anomaly", "places.oversee_city"], email="l@example.org"))  # fmt: skip
    assert (client.get(API).status_code, say(client, row, True).status_code) == (200, 403)
    page = reverse("admin:insights_anomaly_changelist")
    assert client.get(page).status_code == 200
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget_flags()
    assert (client.get(API).status_code, client.get(page).status_code) == (404, 403)
    forget_flags()


def test_the_admin_asks_whether_it_was_right(staff: Client) -> None:
    row = Anomaly.objects.create(**facts())
    page = reverse("admin:insights_anomaly_changelist")
    assert "brought no new event in a week" in staff.get(page).content.decode()
    for name, answer in (("was_right", True), ("was_wrong", False)):
        staff.post(page, {"action": name, "_selected_action": [str(row.pk)]})
        row.refresh_from_db()
        assert row.was_right is answer
