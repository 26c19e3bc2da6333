"""PostgreSQL is gone: the rule about it is judged and sent from the file."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from pytest_httpserver import HTTPServer

from operations.watch import last_rules, thread
from operations.watch.shipped import load
from sources.models import AlertRule
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def kept_rules(db: None, settings: Any, tmp_path: Any, httpserver: HTTPServer) -> HTTPServer:
    """The file as the last turn left it, in a folder of its own; a webhook of Slack on loopback."""
    settings.VAR_DIR = tmp_path
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OPERATOR_EMAILS = ["ops@example.org"]
    settings.OPERATOR_WEBHOOK_URL = settings.PAGERDUTY_ROUTING_KEY = ""
    settings.SLACK_WEBHOOK_URL = httpserver.url_for("/slack")
    httpserver.expect_request("/slack").respond_with_data("ok")
    load()
    last_rules.keep()
    return httpserver


@pytest.fixture
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has not measured, whose connection stays that of the test."""
    monkeypatch.setattr(thread, "_has_measured", threading.Event())
    monkeypatch.setattr(thread.connection, "close", lambda: None)


def test_operators_are_told_once_by_channels_that_need_no_database_and_of_the_end(
    kept_rules: HTTPServer, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        told = [last_rules.database_gone(now=NOW + age * MINUTE) for age in range(5)]
        assert told == [False, False, True, False, False]
        assert last_rules.database_back(now=NOW + 6 * MINUTE)
        assert not last_rules.database_back(now=NOW + 7 * MINUTE)
    texts = [json.loads(request.data)["text"] for request, _ in kept_rules.log]
    assert len(texts) == 2
    assert texts[0].startswith("CRITICAL: The database does not answer")
    assert texts[1].startswith("Over: ")


def test_a_rule_that_was_off_or_silent_tells_nobody(kept_rules: HTTPServer) -> None:
    AlertRule.objects.filter(pk=last_rules.RULE).update(silenced_until=NOW + timedelta(hours=1))
    last_rules.keep()
    assert not any(last_rules.database_gone(now=NOW + age * MINUTE) for age in range(5))
    assert last_rules.database_gone(now=NOW + timedelta(hours=2))
    assert len(kept_rules.log) == 1


def test_a_short_pause_is_forgotten_untold(kept_rules: HTTPServer) -> None:
    last_rules.database_gone(now=NOW)
    assert not last_rules.database_back(now=NOW + MINUTE)
    assert not last_rules.database_gone(now=NOW + 9 * MINUTE)


def test_a_broken_file_does_not_end_the_watch(kept_rules: HTTPServer, settings: Any) -> None:
    (settings.VAR_DIR / "watch" / "last-rules.json").write_text("{")
    assert not last_rules.database_gone(now=NOW)


def test_the_watch_notices_that_the_database_is_gone(
    kept_rules: HTTPServer, fresh_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: Any) -> bool:
        raise OperationalError("connection refused")

    monkeypatch.setattr(thread, "turn", gone)
    late = NOW + timedelta(seconds=thread.OTHERS_FROM)
    assert [thread.look(now=late + age * MINUTE) for age in range(3)] == [False] * 3
    assert len(kept_rules.log) == 1
    monkeypatch.setattr(thread, "turn", lambda **_: True)
    assert thread.look(now=late + 4 * MINUTE)
    assert len(kept_rules.log) == 2
    assert len(mail.outbox) in (0, 2)


def test_the_process_that_measured_goes_first_and_another_takes_over_in_the_same_minute(
    db: None, fresh_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = NOW, NOW + timedelta(seconds=thread.OTHERS_FROM)
    monkeypatch.setattr(thread, "turn", lambda **_: False)
    assert not thread.look(now=late)  # another was first
    monkeypatch.setattr(thread, "turn", lambda **_: True)
    assert [thread.look(now=moment) for moment in (early, late, early + MINUTE)] == [False, True, True]
