"""The quality gates in the admin: set on one page, with a preview, and used by the next run."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from audit.enums import Action
from audit.models import Entry
from events.models import Event
from pipeline.contract.normalized import Quality
from pipeline.contract.quality import GATES, QualityRules, weigh
from sources.models import QualityGate
from sources.setup import quality_gates
from sources.setup.context import context_for
from tests.factories import make_event, make_source, make_staff

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:sources_qualitygate_changelist")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def given(**changes: Any) -> dict[str, Any]:
    """The present form, with `changes`."""
    rules = quality_gates.rules().settings
    parts = {
        f"{name}_{part}": getattr(one, part)
        for name, one in rules.items()
        for part in ("weight", "threshold")
    }
    on = {f"{name}_enabled": "on" for name, one in rules.items() if one.enabled}
    return {name: value for name, value in {**parts, **on, **changes}.items() if value is not None}


def test_a_saved_gate_stands_above_the_environment_and_the_next_run_reads_it(desk: Client) -> None:
    source = make_source(slug="one")
    assert context_for(source, now=now()).quality.settings == settings.QUALITY_RULES.settings
    desk.post(PAGE, {**given(content_threshold="0.9", format_enabled=None), "save": ""})
    assert set(QualityGate.objects.values_list("name", flat=True)) == {"content", "format"}
    rules = context_for(source, now=now()).quality
    assert (rules.gates["content"].threshold, "format" in rules.gates) == (0.9, False)
    reported = Entry.objects.filter(action=Action.GATE_CHANGED).values_list("target", "after")
    assert {target.rpartition(":")[2]: json.loads(after)["enabled"] for target, after in reported} == {
        "format": False,
        "content": True,
    }
    desk.post(PAGE, {"defaults": ""})
    assert (QualityGate.objects.count(), quality_gates.rules()) == (0, settings.QUALITY_RULES)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content_threshold": "80"}, "Give a threshold from 0 to 1; it is 80."),
        ({"content_weight": "-1"}, "Give a weight from 0 to 100; it is -1."),
        ({"content_weight": "much"}, "Enter a number."),
        ({f"{name}_enabled": None for name in GATES}, "Leave at least one gate switched on"),
    ],
)
def test_what_cannot_be_is_said_and_not_saved(desk: Client, changes: dict[str, Any], words: str) -> None:
    page = desk.post(PAGE, {**given(**changes), "save": ""}).content.decode()
    assert words in page
    assert QualityGate.objects.count() == 0


def recorded(score: float, **fields: Any) -> None:
    """An event whose content gate has `score`, the others 1."""
    marks = {name: (score if name == "content" else 1.0, ()) for name in GATES}
    kept = weigh(marks, QualityRules())
    Event.objects.filter(pk=make_event(**fields).pk).update(quality=as_json(kept), quality_score=kept.score)


def as_json(kept: Quality) -> dict[str, Any]:
    return {
        "score": kept.score, "grade": kept.grade, "threshold": kept.threshold,
        "gates": {name: {"score": gate.score, "passed": gate.passed, "problems": []} for name, gate in kept.gates.items()},
    }  # fmt: skip


def test_the_preview_says_who_would_pass_and_saves_nothing(desk: Client) -> None:
    for score in (0.6, 0.8, 0.95):
        recorded(score)
    page = desk.post(PAGE, {**given(content_threshold="0.9"), "preview": ""}).content.decode()
    assert (
        "Of 3 events recorded in the last 30 days 2 pass now and <b>1</b> would: 1 would newly wait for a moderator, 0 would no longer."
        in page
    )
    assert QualityGate.objects.count() == 0
    assert desk.post(PAGE, {**given(content_enabled=None), "preview": ""}).context["preview"]["won"] == 1
    assert quality_gates.preview(QualityRules(), now=now() + timedelta(days=31)).events == 0


def test_a_gate_that_is_only_now_switched_on_says_how_many_have_no_score_of_it() -> None:
    recorded(1.0)
    event = Event.objects.get()
    event.quality["gates"].pop("format")
    Event.objects.update(quality=event.quality)
    assert quality_gates.preview(QualityRules(), now=now()).unscored == {"format": 1}


def test_only_those_who_may_change_gates_do(client: Client) -> None:
    staff = make_staff()
    staff.is_superuser = False
    staff.save()
    client.force_login(staff)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"defaults": ""}).status_code == 403


def test_the_public_page_and_api_show_no_gates(client: Client) -> None:
    recorded(0.8, publication="approved")
    event = Event.objects.get()
    shown = client.get(f"/api/v1/events/{event.pk}").json()
    assert shown["quality"] == {"score": event.quality_score, "grade": event.quality["grade"]}
    assert "completeness" not in client.get(f"/events/{event.slug}-{event.pk.hex}/").content.decode()
