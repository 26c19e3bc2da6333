"""How long a session lasts, and the cookies that carry it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.factories import NOW

EMAIL, PASSWORD = "vera@example.org", "correct horse battery"
_SIGN_IN = """
import json
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing was collected
django.setup()
from django.test import Client
from accounts.models import User
User.objects.create_superuser("vera@example.org", "correct horse battery")
client = Client(HTTP_HOST="nocturne.example")
client.post("/accounts/login/", {"login": "vera@example.org", "password": "correct horse battery"}, secure=True)
print(json.dumps({name: {key: each[key] for key in ("secure", "httponly", "samesite", "path", "domain")} for name, each in client.cookies.items()}))
User.objects.all().delete()
"""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(db: None, clock: time_machine.Traveller) -> Client:
    User.objects.create_superuser(EMAIL, PASSWORD)
    client = Client()
    assert client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD}).status_code == 302
    return client


def test_the_desk_closes_after_eight_idle_hours(desk, clock):
    clock.shift(timedelta(hours=7, minutes=59))
    assert desk.get("/admin/").status_code == 200
    clock.shift(timedelta(hours=7, minutes=59))
    assert desk.get("/admin/").status_code == 200
    clock.shift(timedelta(hours=8, seconds=1))
    assert desk.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("path", "headers"), [("/admin/", {"Live-After": "x-1"}), ("/api/v1/changes?topics=desk:queue", {})]
)
def test_a_page_left_open_is_nobodys_presence(desk, clock, path, headers):
    for _ in range(9):
        clock.shift(timedelta(hours=1))
        desk.get(path, headers=headers)
    assert desk.get("/admin/").status_code == 302


def test_a_session_is_written_anew_after_some_minutes_only(desk, clock):
    before = Session.objects.get().expire_date
    clock.shift(timedelta(minutes=4))
    desk.get("/admin/")
    assert Session.objects.get().expire_date == before
    clock.shift(timedelta(minutes=1))
    answer = desk.get("/admin/")
    assert (Session.objects.get().expire_date - before, answer.cookies["sessionid"]["max-age"]) == (
        timedelta(minutes=5),
        8 * 3600,
    )


def test_who_becomes_staff_gets_the_hours_of_staff(db, clock):
    user, client = User.objects.create_user(EMAIL, PASSWORD), Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    assert client.get("/admin/").status_code == 200
    assert Session.objects.get().expire_date == NOW + timedelta(hours=8)


def test_sessions_of_other_people_are_as_ever(db, clock, settings):
    user, client = User.objects.create_user(EMAIL, PASSWORD), Client()
    client.force_login(user)
    clock.shift(timedelta(hours=9))
    assert client.get("/admin/").status_code == 302
    assert Session.objects.get().expire_date == NOW + timedelta(seconds=settings.SESSION_COOKIE_AGE)


@pytest.mark.django_db
def test_a_visitor_who_is_not_signed_in_gets_no_session(client):
    answer = client.get("/about/")
    assert ("sessionid" in answer.cookies, Session.objects.count()) == (False, 0)


@pytest.mark.django_db(transaction=True)
def test_cookies_in_production_belong_to_this_host_alone(child_environment):
    environment = {
        **child_environment, "NOCTURNE_MODE": "production", "SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEYS": "y" * 60,
        "SITE_URL": "https://nocturne.example", "ALLOWED_HOSTS": "nocturne.example", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _SIGN_IN], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    cookies = json.loads(done.stdout)
    mark = cookies.pop("signed_in")  # says that somebody is, and nothing else: scripts read it
    assert (mark["secure"], mark["httponly"]) == (True, "")
    assert set(cookies) == {"__Host-sessionid", "__Host-csrftoken", "__Host-device"}
    assert {
        (each["secure"], each["path"], each["domain"], each["samesite"]) for each in cookies.values()
    } == {(True, "/", "", "Lax")}
    assert (cookies["__Host-sessionid"]["httponly"], cookies["__Host-device"]["httponly"]) == (True, True)
