"""The review of a quarantined run: what it would change beside the last good run, and what each verdict does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services import decide
from sources import receivers
from sources.enums import RunState
from sources.models import Pause
from tests.factories import make_staff
from tests.sources.feeds import feed_source, many, reported, take

pytestmark = pytest.mark.django_db


def review_of(run) -> Review:
    return Review.objects.get(kind=ReviewKind.RUN, object_id=run.id)


def panel(client: Client, review: Review):
    client.force_login(make_staff(email="desk@example.org"))
    return client.get(reverse("admin:moderation_review_change", args=[review.pk]))


def test_what_would_vanish_and_move_is_listed_beside_the_last_good_run(client):
    source = feed_source()
    take(source, many(12))
    moved = replace(reported(3, uid="anew"), start=reported(3).start + timedelta(hours=1))
    answer = panel(client, review_of(take(source, [*many(3), moved])))
    vanish, move = answer.context["would"]
    assert vanish["heading"] == "8 of 12 would vanish"
    assert len(vanish["lines"]) == 8
    assert all(line["when"].endswith("IST") and line["event"] for line in vanish["lines"])
    assert move["heading"] == "1 would move"
    assert "<ins>" in move["lines"][0]["sides"][1]
    assert ("records in its answer", "4", "12") in answer.context["runs"]
    assert "Nothing of the run is used" in answer.content.decode()


def test_what_would_get_another_title_shows_both(client):
    source = feed_source()
    take(source, many(12))
    other = [replace(event, title=f"Buy cheap watches {number}") for number, event in enumerate(many(12))]
    [retitle] = panel(client, review_of(take(source, other))).context["would"]
    assert retitle["heading"] == "12 of 12 would get another title"
    assert retitle["lines"][0]["sides"][1].startswith("<ins>")


def test_a_review_from_before_shows_its_reason_and_asks_to_fetch_again(client):
    source = feed_source()
    take(source, many(12))
    review = review_of(take(source, many(3)))
    kept = {name: review.evidence[name] for name in ("source", "run", "found", "reason")}
    Review.objects.filter(pk=review.pk).update(evidence=kept)
    html = panel(client, review).content.decode()
    assert "was not noted when it was set aside" in html
    assert "9 of 12 upcoming events would vanish" in html


def test_fetching_again_starts_a_run_and_applies_nothing(django_capture_on_commit_callbacks, monkeypatch):
    source, queued = feed_source(), []
    take(source, many(12))
    review = review_of(take(source, many(3)))
    monkeypatch.setattr(receivers.tasks.fetching(source), "delay", queued.append)
    with django_capture_on_commit_callbacks(execute=True):
        decide(review.pk, Verdict.RUN_AGAIN, by=make_staff())
    running = source.runs.get(state=RunState.RUNNING)
    assert queued == [str(running.pk)]
    assert source.staged_events.filter(missing_since__isnull=False).count() == 0


def test_pausing_pauses_the_source_in_the_name_of_who_decided(django_capture_on_commit_callbacks):
    source, person = feed_source(), make_staff()
    take(source, many(12))
    review = review_of(take(source, many(3)))
    with django_capture_on_commit_callbacks(execute=True):
        decide(review.pk, Verdict.PAUSE_SOURCE, by=person)
    pause = Pause.objects.get(key=source.slug)
    assert pause.reason == "paused at the review of a run"
    assert pause.requested_by == f"user {person.pk}"
