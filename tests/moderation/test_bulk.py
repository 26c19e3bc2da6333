"""One verdict on many reviews: at once filed, carried out in parts, reported, undone as one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.enums import Publication
from events.models import Event
from events.services import change_status, edit, record_events
from moderation import services, tasks
from moderation.enums import BulkState, ItemState, ReviewKind, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import BulkDecision, BulkItem, Decision, Review
from moderation.services import bulk as many
from moderation.services import deciding
from moderation.services.undoing import undo_batch
from tests.factories import (
    NOW,
    hold_all,
    make_city,
    make_entry,
    make_origin,
    make_person,
    make_staff,
    normalized,
    publish_all,
    record_event,
)

pytestmark = pytest.mark.django_db


def filed(title: str, city: str = "bengaluru") -> Review:
    event = record_event(title=title, approved=False, external_id=title, city=city)
    services.file_reviews(
        [
            services.Filing(
                kind=ReviewKind.EVENT, object_id=event.id, title=title, city_id=event.city_id, evidence={}
            )
        ]
    )
    return Review.objects.get(object_id=event.id)


def versions(*reviews: Review) -> dict:
    return {review.pk: review.version for review in reviews}


def publications() -> list[str]:
    return list(Event.objects.order_by("title").values_list("publication", flat=True))


def states(bulk: BulkDecision) -> list[str]:
    return list(BulkItem.objects.filter(bulk=bulk).order_by("review__title").values_list("state", flat=True))


def test_many_are_decided_in_the_background_and_undone_as_one(
    django_capture_on_commit_callbacks, monkeypatch
) -> None:
    by, rows, asked = make_staff(), [filed(f"Event {n}") for n in range(4)], []
    monkeypatch.setattr(tasks.carry_out_bulk, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        bulk = services.start_bulk(
            versions(*rows), Verdict.REJECT, by=by, reason="spam", note="the same seller"
        )
    assert (asked, publications()) == ([str(bulk.pk)], ["pending"] * 4)
    assert (tasks.carry_out_bulk(*asked), tasks.carry_out_bulk(*asked)) == (1, 0)
    assert publications() == ["rejected"] * 4
    assert set(Decision.objects.values_list("reason", "note", "by")) == {("spam", "the same seller", by.pk)}
    change_status(rows[2].object_id, Publication.APPROVED, by=by)
    services.undo_bulk(bulk.pk, by=by)
    tasks.carry_out_bulk(str(bulk.pk))
    assert publications() == ["pending", "pending", "approved", "pending"]
    assert states(bulk) == ["undone", "undone", "kept", "undone"]
    assert "after this" in BulkItem.objects.get(bulk=bulk, state=ItemState.KEPT).message
    assert BulkDecision.objects.get().state == BulkState.UNDONE
    with pytest.raises(Conflict):
        services.undo_bulk(bulk.pk, by=by)


def test_what_changed_since_is_kept_and_named_when_all_is_undone() -> None:
    """By an import, by another moderator's verdict, by an edit, by an import that waits as a proposal, and not at all."""
    by, anna = make_staff(), make_staff(email="anna@example.org")
    rows = {name: filed(name) for name in ("Edited", "Imported", "Proposed", "Removed", "Same")}
    bulk = services.start_bulk(versions(*rows.values()), Verdict.APPROVE, by=by)
    many.carry_out(bulk.pk, now=NOW)
    said, later = Decision.objects.values("object_id"), NOW + timedelta(minutes=5)
    assert {row["object_id"] for row in said} == {row.object_id for row in rows.values()}
    edit(rows["Edited"].object_id, {"title": "By hand"}, by=anna, now=later)
    change_status(rows["Removed"].object_id, Publication.REMOVED, by=anna, reason="spam", now=later)
    for name, judge in (("Imported", publish_all), ("Proposed", hold_all), ("Same", publish_all)):
        description = "<p>Ragas.</p>" if name != "Same" else normalized().description
        reported = normalized(title=name, external_id=name, description=description)
        entry = make_entry(event=reported, event_id=rows[name].object_id)
        record_events([entry], origin=make_origin(), judge=judge, now=later)
    services.undo_bulk(bulk.pk, by=by)
    tasks.carry_out_bulk(str(bulk.pk))
    messages = dict(BulkItem.objects.values_list("review__title", "message"))
    assert messages.pop("Same") == ""
    assert states(bulk) == ["kept", "kept", "kept", "kept", "undone"]
    sent = f"{make_origin().name} sent something new on Sat 21 Nov 2026 at 17:35 IST"
    whose = ("anna@example.org edited it", sent, sent, "anna@example.org removed it (spam)")
    for (name, why), who in zip(sorted(messages.items()), whose, strict=True):
        assert (f"“{name}”" in why or name == "Edited", who in why) == (True, True), why
    assert publications() == ["approved", "approved", "approved", "removed", "pending"]


def test_an_item_that_breaks_holds_up_no_other_and_ends_too(monkeypatch) -> None:
    rows = [filed(f"Event {number}") for number in range(3)]
    bulk, act = services.start_bulk(versions(*rows), Verdict.APPROVE, by=make_staff()), deciding._act

    def breaking(review: Review, said: object) -> object:
        if review.pk == rows[1].pk:
            raise ZeroDivisionError
        return act(review, said)

    monkeypatch.setattr(deciding, "_act", breaking)
    tasks.carry_out_bulk(str(bulk.pk))
    assert (states(bulk), publications()) == (["done", "failed", "done"], ["approved", "pending", "approved"])
    assert "could not be stored" in BulkItem.objects.get(state="failed").message


def test_each_item_says_why_it_was_not_carried_out() -> None:
    own, rows = (
        make_person(rights=["moderation.change_review", "events.publish_event"], cities=[make_city()]),
        {},
    )
    for name in ("Changed", "Decided", "Fine", "Merged"):
        rows[name] = filed(name)
    rows["Wien"] = filed("Wien", city="wien")
    bulk = services.start_bulk(versions(*rows.values()), Verdict.APPROVE, by=own)
    Review.objects.filter(title="Changed").update(version=9)
    services.decide(rows["Decided"].pk, Verdict.FLAG, by=make_staff())
    Event.objects.filter(title="Merged").update(publication="merged", merged_into=rows["Fine"].object_id)
    tasks.carry_out_bulk(str(bulk.pk))
    said = dict(BulkItem.objects.values_list("review__title", "message"))
    assert states(bulk) == ["failed", "failed", "done", "failed", "failed"]
    assert (
        "changed" in said["Changed"],
        "is decided: " in said["Decided"],
        "another city" in said["Wien"],
    ) == (True,) * 3
    assert many.progress(bulk) == {
        "waiting": 0,
        "done": 1,
        "failed": 4,
        "left": 0,
        "undone": 0,
        "kept": 0,
        "total": 5,
    }


def test_what_is_taken_back_early_is_not_begun_and_what_was_lost_goes_on() -> None:
    by, rows = make_staff(), [filed("One"), filed("Two")]
    bulk = services.start_bulk(versions(*rows), Verdict.APPROVE, by=by)
    services.undo_bulk(bulk.pk, by=by)
    BulkDecision.objects.update(created_at=NOW - many.LOST_AFTER * 2)
    assert (tasks.resume_bulk(), tasks.resume_bulk()) == (1, 0)
    assert (states(bulk), publications()) == (["left", "left"], ["pending", "pending"])


def test_what_cannot_be_given_to_many_is_refused_at_once() -> None:
    by, review = make_staff(), filed("One")
    for chosen, verdict, error in (
        (versions(review), Verdict.REJECT, ReasonMissing),
        (versions(review), Verdict.EDIT, ModerationError),
        ({}, Verdict.APPROVE, ModerationError),
        (dict.fromkeys((uuid4() for _ in range(many.MOST + 1)), 1), Verdict.APPROVE, ModerationError),
    ):
        with pytest.raises(error):
            services.start_bulk(chosen, verdict, by=by)
    assert not BulkDecision.objects.exists()


def test_deciding_many_takes_as_many_queries_as_deciding_a_few() -> None:
    by, counts, undone = make_staff(), [], []
    for size in (
        10,
        2,
        12,
    ):  # the first reads the person's rights, and the source earns its trust by ten verdicts
        rows = [filed(f"{size} of {n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            done, problems = services.decide_many(versions(*rows).items(), Verdict.APPROVE, by=by)
        counts.append((len(queries), len(done) == size, problems))
        with CaptureQueriesContext(connection) as queries:
            if size != 10:
                undo_batch([one.pk for one in done], by=by, unless_changed=True)
        undone.append(len(queries))
    assert (counts[1], undone[1]) == (counts[2], undone[2])
