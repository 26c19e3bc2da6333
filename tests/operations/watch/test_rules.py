"""Rules in the database: judged every minute, sent by their channels, acknowledged, silenced, escalated."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_httpserver import HTTPServer

from accounts.rights import COMMAND, RightMissing
from operations.measures import kept
from operations.measures.catalogue import SERIES
from operations.models import MetricMinute
from operations.watch import pulse
from operations.watch.judging import ERROR_BURN
from operations.watch.rules import judge
from operations.watch.shipped import RULES, load
from operations.watch.turn import turn
from sources.enums import Condition
from sources.models import Alert, AlertRule
from sources.monitoring.alerts import acknowledge, notify_operators, raise_alert, resolve
from tests.factories import NOW, make_person
from tests.sources.feeds import feed_source

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def operator(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OPERATOR_EMAILS = ["ops@example.org"]
    settings.SLACK_WEBHOOK_URL = settings.OPERATOR_WEBHOOK_URL = settings.PAGERDUTY_ROUTING_KEY = ""


def rule(**fields: Any) -> AlertRule:
    given = {
        "slug": "late",
        "title": "The clock is late",
        "measure": "beat_late",
        "threshold": 60,
        "minutes": 3,
        "channels": ["mail"],
    }
    return AlertRule.objects.create(**{**given, **fields})


def measured(*values: float, name: str = "beat_late") -> None:
    """The last minutes up to NOW."""
    for age, value in enumerate(reversed(values)):
        kept.keep({name: value}, now=NOW - age * MINUTE)


def test_a_rule_opens_one_alert_says_what_it_saw_and_closes_it() -> None:
    rule(remedy="Start beat.")
    measured(90, 90, 100)
    assert [judge(now=NOW), judge(now=NOW)] == [1, 0]
    alert = Alert.objects.get()
    assert (alert.rule_id, alert.severity, alert.detail) == (
        "late",
        "warning",
        "beat_late is 90, over 3 minutes. Start beat.",
    )
    kept.keep({"beat_late": 0}, now=NOW + MINUTE)
    judge(now=NOW + MINUTE)
    assert Alert.objects.get().resolved_at == NOW + MINUTE


def test_the_cooldown_counts_from_the_last_alert() -> None:
    rule(cooldown=15, minutes=1)
    measured(90)
    judge(now=NOW)
    resolve("rule:late", now=NOW)
    for after, count in ((5, 1), (16, 2)):
        kept.keep({"beat_late": 90}, now=NOW + after * MINUTE)
        judge(now=NOW + after * MINUTE)
        assert Alert.objects.count() == count


def test_a_rule_that_is_off_alerts_nobody_and_ends_what_is_open() -> None:
    row = rule(minutes=1)
    measured(90)
    judge(now=NOW)
    row.is_on = False
    row.save()
    judge(now=NOW)
    assert Alert.objects.get().resolved_at == NOW


def test_judging_takes_the_same_queries_with_thirty_rules(django_assert_num_queries: Any) -> None:
    for number in range(30):
        rule(slug=f"r{number}", threshold=1000)
    measured(1, 1, 1)
    with django_assert_num_queries(4):
        judge(now=NOW)


def test_each_alert_goes_by_the_channels_of_its_rule(settings: Any, httpserver: HTTPServer) -> None:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    settings.PAGERDUTY_ROUTING_KEY, settings.PAGERDUTY_URL = "R0UT1NG", httpserver.url_for("/v2/enqueue")
    httpserver.expect_request("/v2/enqueue").respond_with_json({"status": "success"}, status=202)
    raise_alert("rule:a", "By mail", rule=rule(slug="a"), now=NOW)
    raise_alert(
        "rule:b", "By pager", rule=rule(slug="b", channels=["pagerduty"], severity="critical"), now=NOW
    )
    assert notify_operators(now=NOW) == 2
    assert "By mail" in mail.outbox[0].body
    assert "By pager" not in mail.outbox[0].body
    event = json.loads(httpserver.log[0][0].data)
    assert (event["event_action"], event["dedup_key"], event["payload"]["severity"]) == (
        "trigger",
        "nocturne:rule:b",
        "critical",
    )
    resolve("rule:b", now=NOW + MINUTE)
    notify_operators(now=NOW + 11 * MINUTE)
    assert json.loads(httpserver.log[1][0].data)["event_action"] == "resolve"


def test_a_critical_alert_does_not_wait_for_the_next_message() -> None:
    raise_alert("a", "One", now=NOW)
    notify_operators(now=NOW)
    raise_alert("rule:c", "Now", rule=rule(severity="critical"), now=NOW + MINUTE)
    raise_alert("b", "Later", now=NOW + MINUTE)
    assert notify_operators(now=NOW + MINUTE) == 1
    assert "CRITICAL: Now" in mail.outbox[1].body


def test_a_silenced_rule_writes_history_only() -> None:
    raise_alert("rule:late", "Late", rule=rule(silenced_until=NOW + timedelta(hours=1)), now=NOW)
    assert notify_operators(now=NOW) == 0
    resolve("rule:late", now=NOW + MINUTE)
    assert notify_operators(now=NOW + 30 * MINUTE) == 0
    assert (len(mail.outbox), Alert.objects.count()) == (0, 1)


def test_what_nobody_acknowledges_is_told_once_more_by_every_channel() -> None:
    row = rule(severity="critical", escalate_after=30, channels=["mail"])
    raise_alert("rule:late", "Late", rule=row, now=NOW)
    assert [notify_operators(now=NOW + age * MINUTE) for age in (0, 20, 31, 45)] == [1, 0, 1, 0]
    assert "Nobody has acknowledged: CRITICAL: Late" in mail.outbox[1].body


def test_an_acknowledged_alert_is_not_escalated() -> None:
    raise_alert("rule:late", "Late", rule=rule(severity="critical", escalate_after=30), now=NOW)
    notify_operators(now=NOW)
    with pytest.raises(RightMissing):
        acknowledge([Alert.objects.get().pk], by=make_person())
    assert acknowledge([Alert.objects.get().pk], by=COMMAND, now=NOW) == 1
    assert notify_operators(now=NOW + 40 * MINUTE) == 0
    assert Alert.objects.get().acknowledged_by == "command"


def test_an_alert_that_the_code_raises_has_the_rule_of_its_key() -> None:
    load()
    raise_alert("source:feed:failing", "Feed fails", source=feed_source(), now=NOW)
    raise_alert("something:else", "Other", now=NOW)
    assert dict(Alert.objects.values_list("key", "rule")) == {
        "source:feed:failing": "source-fails",
        "something:else": None,
    }


def test_shipped_rules_measure_what_there_is_and_stay_as_they_were_changed() -> None:
    for slug, _, measure, condition, *_ in RULES:
        assert condition is Condition.RAISED or measure in {*SERIES, ERROR_BURN}, slug
    call_command("load_alert_rules", verbosity=0)
    AlertRule.objects.filter(pk="disk-full").update(threshold=0.2)
    assert load() == 0
    assert AlertRule.objects.get(pk="disk-full").threshold == 0.2
    assert {"critical", "warning", "info"} == set(AlertRule.objects.values_list("severity", flat=True))


def test_a_turn_measures_judges_and_tells() -> None:
    rule(measure="disk_free_share", threshold=0, minutes=1)
    assert turn(now=NOW)
    assert "health_beat" in MetricMinute.objects.get().numbers
    assert [message.subject for message in mail.outbox] == ["[Nocturne] The clock is late"]
    assert not turn(now=NOW)


def test_the_outgoing_heartbeat_is_sent_where_it_is_set(settings: Any, httpserver: HTTPServer) -> None:
    assert not pulse.send()
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    httpserver.expect_request("/alive").respond_with_data("ok")
    settings.HEARTBEAT_URL = httpserver.url_for("/alive")
    assert pulse.send()
    httpserver.clear()
    httpserver.expect_request("/alive").respond_with_data("no", status=500)
    assert not pulse.send()


def test_a_new_rule_is_off_and_its_page_says_what_it_would_have_done(client: Client) -> None:
    rights = [f"sources.{verb}_alertrule" for verb in ("add", "change", "view")]
    client.force_login(make_person(rights=rights))
    form = {
        "slug": "new", "title": "New", "measure": "beat_late", "condition": "above", "threshold": "60", "minutes": "2",
        "severity": "warning", "cooldown": "15", "channels": ["mail"], "escalate_after": "0", "remedy": "",
    }  # fmt: skip
    measured(0, 90, 90, 0)
    answer = client.post("/admin/sources/alertrule/add/", form)
    assert answer.status_code == 302
    assert not AlertRule.objects.get(pk="new").is_on
    assert "1 times (UTC)" in client.get("/admin/sources/alertrule/new/change/").content.decode()
    wrong = client.post("/admin/sources/alertrule/add/", {**form, "slug": "w", "condition": "raised"})
    assert "another condition for a series" in wrong.content.decode()
