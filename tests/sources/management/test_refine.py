"""`manage.py refine`: the effect of today's steps on stored listings, before and after it is written."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.rights import PIPELINE
from events import services as events
from events.models import Event, Listing
from moderation.models import Review
from outbox.models import Change
from pipeline.contract.draft import Draft, SourceContext, Step
from pipeline.contract.enums import Setting
from pipeline.refinement import pipeline
from sources.ingest.refine_stored import STEPS
from sources.models import StagedEvent
from tests.sources.feeds import NOW, feed_source, many, take

pytestmark = pytest.mark.django_db


def refine(*arguments: str) -> str:
    out = StringIO()
    call_command("refine", *arguments, "--now", NOW.isoformat(), stdout=out)
    return out.getvalue()


def today(monkeypatch: pytest.MonkeyPatch, name: str, **changes: Any) -> None:
    """Replace a step by one that sets these fields."""

    def better(drafts: Sequence[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
        return [
            replace(draft, event=replace(draft.event, **changes)) if not draft.dropped else draft
            for draft in drafts
        ]

    def and_better(run: Step) -> Step:
        return lambda drafts, context, lookups: better(run(drafts, context, lookups), context, lookups)

    steps = [(step, and_better(run) if step == name else run) for step, run in pipeline.STEPS]
    monkeypatch.setattr(pipeline, "STEPS", tuple(steps))
    monkeypatch.setattr(pipeline.run_steps, "__defaults__", (tuple(steps),))


def test_nothing_changed_says_so_and_writes_nothing() -> None:
    take(feed_source(), many(3))
    rows = list(Listing.objects.order_by("id").values())
    changes = Change.objects.count()
    assert "3 listings looked at, 0 change" in refine("--since", "1")
    assert "0 were recorded" in refine("--since", "1", "--apply")
    assert list(Listing.objects.order_by("id").values()) == rows
    assert Change.objects.count() == changes


def test_a_better_step_is_shown_dry_and_applied_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    take(feed_source(), many(3))
    today(monkeypatch, "language", language="kn")
    reported = refine("--since", "1")
    assert "3 listings looked at, 3 change" in reported
    assert 'language: "en" -> "kn"' in reported or 'language: "" -> "kn"' in reported
    assert "Nothing was written" in reported
    assert not Event.objects.filter(language="kn").exists()
    assert "3 were recorded" in refine("--since", "1", "--apply")
    assert Event.objects.filter(language="kn").count() == 3
    assert {row.normalized["language"] for row in StagedEvent.objects.all()} == {"kn"}
    assert "0 change" in refine("--since", "1")


def test_every_changed_field_is_counted_once_a_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first listing differs in one field, the others in two."""
    take(feed_source(), many(3))
    first = Listing.objects.order_by("id")[0]
    Listing.objects.filter(pk=first.pk).update(facts=first.facts | {"setting": "indoor"})
    today(monkeypatch, "facts", setting=Setting.INDOOR, accessibility={"wheelchair": True})
    report = json.loads(refine("--since", "1", "--step", "facts", "--json"))
    assert (report["by_field"]["setting"], report["by_field"]["accessibility"]) == (2, 3)


def test_one_step_alone_touches_what_it_owns(monkeypatch: pytest.MonkeyPatch) -> None:
    take(feed_source(), many(1))
    today(monkeypatch, "language", language="kn")
    assert "0 change" in refine("--since", "1", "--step", "categorize")
    report = json.loads(refine("--since", "1", "--step", "language", "--json"))
    assert set(report["by_field"]) <= {"language", "confidence"}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_may_run_alone_and_changes_nothing_that_is_up_to_date(step: str) -> None:
    take(feed_source(), many(1))
    assert json.loads(refine("--since", "1", "--step", step, "--json"))["by_field"] == {}


def test_a_person_s_word_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    take(feed_source(), many(1))
    event = Event.objects.get()
    events.edit(event.id, {"language": "ta"}, now=NOW, by=PIPELINE)
    today(monkeypatch, "language", language="kn")
    refine("--since", "1", "--apply")
    event.refresh_from_db()
    assert event.language == "ta"


def test_what_would_be_dropped_is_told_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    take(feed_source(), many(2))
    steps = [
        (
            name,
            (lambda drafts, context, lookups: [replace(draft, dropped="parking") for draft in drafts])
            if name == "clean"
            else run,
        )
        for name, run in pipeline.STEPS
    ]
    monkeypatch.setattr(pipeline.run_steps, "__defaults__", (tuple(steps),))
    assert "would be dropped, parking: 2" in refine("--since", "1", "--apply")
    assert Event.objects.count() == 2


def test_the_number_of_queries_does_not_depend_on_the_batch(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    take(feed_source(), many(40))
    today(monkeypatch, "language", language="kn")
    with django_assert_max_num_queries(60):
        refine("--since", "1", "--apply")
    assert not Review.objects.filter(kind="change").exists()


def test_match_compares_events_anew() -> None:
    title, (event,) = "Festival of lights at the lake", many(1)
    later = event.start + timedelta(hours=1)  # two titles for one start in one room would be asked about
    take(feed_source("one"), [replace(event, uid="0@example.org", title="Something else", start=later)])
    take(feed_source("two"), [replace(event, uid="1@example.org", title=title)])
    apart = Event.objects.get(title="Something else")
    same = {"title": title, "start_at": event.start}
    events.edit(apart.id, same, now=NOW + timedelta(minutes=1), by=PIPELINE)
    reported = refine("--since", "3650", "--step", "match")
    assert "1 to merge" in reported
    assert "Nothing was written" in reported
    assert not Event.objects.filter(publication="merged").exists()
    refine("--since", "3650", "--step", "match", "--apply")
    assert Event.objects.filter(publication="merged").count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "soon"), "--since"),
        (("--since", "1", "--source", "nowhere"), "no source"),
        (("--since", "1", "--step", "match", "--step", "price"), "alone"),
    ],
)
def test_bad_input_names_the_option(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        refine(*arguments)
