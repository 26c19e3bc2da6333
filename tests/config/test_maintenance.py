"""Maintenance: reading stays, writing waits."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from flags.services import forget
from tests.factories import make_event

pytestmark = pytest.mark.django_db


def maintenance(action: str) -> bool:
    out = io.StringIO()
    call_command("maintenance", action, stdout=out)
    return json.loads(out.getvalue())["maintenance"]


@pytest.fixture
def maintained():
    assert maintenance("on")
    yield
    forget()


@pytest.mark.usefixtures("maintained")
def test_reading_stays(client: Client):
    event = make_event(title="Late jazz")
    assert client.get(event.get_absolute_url()).status_code == 200
    assert client.get("/api/v1/events").status_code == 200
    assert client.post("/api/v1/search", {"q": "jazz"}, "application/json").status_code == 200


@pytest.mark.usefixtures("maintained")
def test_writes_are_refused_by_a_page_and_by_a_problem(client: Client):
    page = client.post("/submit/", {"title": "x"})
    assert (page.status_code, page["Retry-After"]) == (503, "120")
    assert "Reading works" in page.text
    problem = client.post("/api/v1/submissions", {}, "application/json")
    assert (problem.status_code, problem["Content-Type"]) == (503, "application/problem+json")
    assert problem["Retry-After"] == "120"
    assert problem.json()["request_id"]


@pytest.mark.usefixtures("maintained")
def test_staff_can_end_it(client: Client):
    client.force_login(User.objects.create_superuser(email="boss@example.org", password="x" * 20))
    assert client.post("/admin/auth/group/add/", {"name": "x"}).status_code == 503
    assert client.post("/admin/flags/flagswitch/maintenance/change/", {"percent": "100"}).status_code == 302
    assert client.post("/api/v1/submissions", {}, "application/json").status_code != 503
    assert client.get("/accounts/login/").status_code != 503


def test_it_is_off_unless_it_is_switched_on(client: Client, monkeypatch):
    assert not maintenance("status")
    assert maintenance("on")
    assert not maintenance("off")
    monkeypatch.setenv("FLAG_MAINTENANCE", "on")
    assert client.post("/submit/", {}).status_code == 503
    with pytest.raises(CommandError, match="FLAG_MAINTENANCE is set in the environment"):
        maintenance("off")
