"""Log lines name visitors and people by hashes of the day."""

from datetime import datetime, timedelta

import pytest
import structlog
import time_machine
from django.test import Client, RequestFactory

from accounts.log_names import log_name_of_person, log_name_of_visitor
from accounts.models import User
from tests.factories import NOW

VISITOR = "198.51.100.7"


def named(peer: str, at: datetime = NOW) -> str:
    with time_machine.travel(at, tick=False):
        return log_name_of_visitor(RequestFactory().get("/", REMOTE_ADDR=peer))


def test_a_network_has_one_name_in_a_day_and_another_one_tomorrow():
    tomorrow = NOW + timedelta(days=1)
    assert named(VISITOR) == named(VISITOR)
    assert len({named(VISITOR), named("198.51.100.8"), named(VISITOR, tomorrow)}) == 3
    assert named("") == ""


def test_a_person_is_not_named_by_the_id():
    person = User(email="reader@example.org")
    assert len(log_name_of_person(person)) == 12
    assert log_name_of_person(person) not in person.pk.hex


@pytest.mark.django_db
def test_lines_of_a_request_name_visitor_and_person(client: Client, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    client.force_login(person := User.objects.create_user("reader@example.org", None))
    headers = {"X-Forwarded-For": f"203.0.113.99, {VISITOR}", "X-Real-Ip": "203.0.113.98"}
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get("/accounts/", REMOTE_ADDR="10.0.0.9", headers=headers)
    assert {line["visitor"] for line in lines} == {
        log_name_of_visitor(RequestFactory().get("/", REMOTE_ADDR=VISITOR))
    }
    assert lines[-1]["person"] == log_name_of_person(person)
    assert str(person.pk) not in repr(lines)
