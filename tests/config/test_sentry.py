"""The reports to Sentry, as a server on loopback receives them from a process with the project's own
settings.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from config.sentry import masked_breadcrumb, masked_event

TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0" * 2
SECRET = "planted-secret-value"
FAILING = f"""
import django, logging, sentry_sdk
django.setup()
from django.test import RequestFactory
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path
from accounts import secrets
from django.views.decorators.csrf import csrf_exempt
import config.urls

@csrf_exempt
def fail(request, token):
    opened = "{SECRET}"
    secrets.remember([opened])
    logging.getLogger("some.library").warning("opened with %s", opened)
    raise ValueError(f"the platform refused {{opened}} of reader@example.org")

config.urls.urlpatterns.insert(0, path("fail/subscriptions/confirm/<str:token>/", fail))
environ = RequestFactory().post("/fail/subscriptions/confirm/{TOKEN}/?key=abc", {{"email": "reader@example.org"}},
    REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="198.51.100.8", HTTP_AUTHORIZATION="Bearer {SECRET}",
    HTTP_X_REQUEST_ID="4bf92f3577b34da6a3ce929d0e0e4736", HTTP_COOKIE="sessionid=abcdef").environ
handler = WSGIHandler()
handler(environ, lambda *args: None)

from celery import shared_task
import config.celery

@shared_task(name="tests.refused")
def refused(address, *, password):
    raise KeyError(f"nobody answers to {{address}}")

refused.apply(args=["reader@example.org"], kwargs={{"password": "{SECRET}"}})
sentry_sdk.flush(10)
"""


@pytest.fixture
def envelopes(httpserver):
    """The received events and transactions."""
    httpserver.expect_request("/api/1/envelope/").respond_with_data("{}")

    def received():
        asked = [request for request, _ in httpserver.log]
        texts = [
            httpx.Response(
                200, headers={"Content-Encoding": one.content_encoding or ""}, content=one.get_data()
            ).text
            for one in asked
        ]
        return [
            json.loads(line)
            for text in texts
            for line in text.splitlines()
            if '"event_id"' in line and '"platform"' in line
        ]

    return received


def _fail(httpserver, **more):
    dsn = f"http://key@127.0.0.1:{httpserver.port}/1"
    mine = {
        name: words for name, words in os.environ.items() if not name.startswith(("NOCTURNE_MODE", "DJANGO_"))
    }
    given = {
        "NOCTURNE_MODE": "local",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SENTRY_DSN": dsn,
        "DEBUG": "false",
        "ALLOWED_HOSTS": "testserver",
    }
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", FAILING],
        env=mine | given | more,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )


def test_an_error_is_told_without_secrets_and_people(httpserver, envelopes, tmp_path):
    done = _fail(httpserver, NOCTURNE_VAR=str(tmp_path), SENTRY_TRACES="1.0")
    reported = envelopes()
    assert {event.get("type", "error") for event in reported} == {"error", "transaction"}, done.stderr
    text = json.dumps(reported)
    assert "the platform refused" in text
    assert "some.library" in text
    tasks = [event for event in reported if event.get("transaction") == "tests.refused"]
    assert "nobody answers to r…@example.org" in json.dumps(tasks, ensure_ascii=False)
    failed = [event for event in reported if event.get("exception") and event not in tasks]
    assert {event["tags"]["request_id"] for event in failed} == {"4bf92f3577b34da6a3ce929d0e0e4736"}
    for word in (SECRET, TOKEN, "reader@example", "198.51.100.7", "198.51.100.8", "sessionid", "key=abc"):
        assert word not in text
    assert not [
        event
        for event in reported
        if "user" in event or event.get("request", {}).keys() & {"cookies", "data", "env"}
    ]
    assert '"vars"' not in text


def test_what_a_setting_of_sentry_adds_is_masked_all_the_same():
    frame = {"function": "f", "vars": {"opened": SECRET}, "context_line": "token=abc"}
    event = {
        "event_id": TOKEN[:32],
        "user": {"ip_address": "198.51.100.7"},
        "exception": {"values": [{"value": "https://joe:pw@a.org", "stacktrace": {"frames": [frame]}}]},
        "extra": {"reader@example.org": {"password": "x"}},
    }
    assert masked_event(event, {}) == {
        "event_id": TOKEN[:32],
        "exception": {
            "values": [
                {
                    "value": "https://…@a.org",
                    "stacktrace": {"frames": [{"function": "f", "context_line": "token=…"}]},
                }
            ]
        },
        "extra": {"r…@example.org": {"password": "…"}},
    }


def test_a_breadcrumb_is_masked():
    crumb = {
        "category": "httplib",
        "data": {
            "url": f"https://calendar.google.com/calendar/ical/me/private-{TOKEN}/basic.ics",
            "status_code": 200,
        },
    }
    assert masked_breadcrumb(crumb, {})["data"] == {
        "url": "https://calendar.google.com/calendar/ical/me/private-…/basic.ics",
        "status_code": 200,
    }
