"""A verdict can be undone once, while it is the newest and its result is unchanged.

Otherwise the error names who did what.
"""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection, transaction

from events import services as events
from events.enums import Publication
from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.services.undoing import last_undoable
from tests.factories import make_person, make_staff, record_event

pytestmark = pytest.mark.django_db


def filed(event=None, kind=ReviewKind.EVENT):
    event = event or record_event(approved=False)
    services.file_reviews(
        [services.Filing(kind=kind, object_id=event.id, title=event.title, evidence={}, reasons=("new",))]
    )
    return Review.objects.get(object_id=event.id, kind=kind, state="open")


def publication(review):
    return Event.objects.get(pk=review.object_id).publication


def test_an_older_verdict_does_not_publish_again_what_another_removed():
    anna, berta = make_staff(email="anna@example.org"), make_staff(email="berta@example.org")
    review = filed(record_event())
    flagged = services.decide(review.pk, Verdict.FLAG, by=anna)
    report = filed(Event.objects.get(), ReviewKind.REPORT)
    services.decide(report.pk, Verdict.REMOVE, by=berta, reason="offensive")
    with pytest.raises(
        Conflict,
        match=r"decided again after this: berta@example.org removed it \(offensive\) on .* at \d\d:\d\d IST",
    ):
        services.undo(flagged.pk, by=anna)
    assert publication(review) == "removed"


def test_what_another_decided_again_is_not_offered():
    anna, berta = make_staff(email="anna@example.org"), make_staff(email="berta@example.org")
    flagged = services.decide(filed(record_event()).pk, Verdict.FLAG, by=anna)
    assert last_undoable(anna) == flagged
    report = filed(Event.objects.get(), ReviewKind.REPORT)
    removed = services.decide(report.pk, Verdict.REMOVE, by=berta, reason="offensive")
    assert (last_undoable(anna), last_undoable(berta)) == (None, removed)


def test_a_verdict_is_taken_back_once():
    review, anna = filed(), make_staff(email="anna@example.org")
    decision = services.decide(review.pk, Verdict.APPROVE, by=anna)
    taken_back = services.undo(decision.pk, by=anna)
    assert (publication(review), taken_back.undoes) == ("pending", decision)
    services.decide(review.pk, Verdict.APPROVE, by=anna)
    with pytest.raises(Conflict, match="undone already. anna@example.org undid the last verdict on"):
        services.undo(decision.pk, by=anna)
    assert publication(review) == "approved"


def test_verdicts_are_taken_back_one_after_another():
    review, anna = filed(), make_staff(email="anna@example.org")
    first = services.decide(review.pk, Verdict.APPROVE, by=anna)
    second = services.decide(
        filed(Event.objects.get(), ReviewKind.REPORT).pk, Verdict.REMOVE, by=anna, reason="spam"
    )
    services.undo(second.pk, by=anna)
    services.undo(first.pk, by=anna)
    assert publication(review) == "pending"


def test_what_changed_since_without_a_review_is_a_conflict():
    review, anna = filed(), make_staff(email="anna@example.org")
    decision = services.decide(review.pk, Verdict.APPROVE, by=anna)
    Event.objects.filter(pk=review.object_id).update(publication="archived", publication_reason="it is over")
    with pytest.raises(Conflict, match=r"is archived now \(it is over\), no longer approved"):
        services.undo(decision.pk, by=anna)


def test_a_verdict_from_the_list_of_events_counts_as_newer():
    review, anna = filed(), make_staff(email="anna@example.org")
    decision = services.decide(review.pk, Verdict.APPROVE, by=anna)
    for state in (Publication.REMOVED, Publication.APPROVED):
        events.change_statuses(
            [review.object_id], state, by=make_staff(email=f"{state}@example.org"), reason="at the desk"
        )
    with pytest.raises(Conflict, match="approved@example.org"):
        services.undo(decision.pk, by=anna)


def test_a_rules_decision_on_a_batch_is_not_taken_back_as_one():
    event = record_event()
    batch = Decision.objects.create(
        object_id=event.pk, verdict=Verdict.ACCEPT_CHANGE, automatic=True, events=[event.pk]
    )
    with pytest.raises(ModerationError):
        services.undo(batch.pk, by=make_staff())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_back_at_once_one_does():
    with transaction.atomic():
        review = filed()
    anna = make_staff(email="anna@example.org")
    decision = services.decide(review.pk, Verdict.APPROVE, by=anna)
    said, start = [], threading.Barrier(2)

    def take_back():
        start.wait()
        try:
            services.undo(decision.pk, by=anna)
            said.append("done")
        except Conflict as error:
            said.append(error.detail[-40:])
        finally:
            connection.close()

    threads = [threading.Thread(target=take_back) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert sum(word == "done" for word in said) == 1
    assert Decision.objects.filter(undoes=decision).count() == 1
    assert publication(review) == "pending"


def merged_and_removed():
    anna, berta = make_staff(email="anna@example.org"), make_staff(email="berta@example.org")
    survivor, child = record_event(), record_event(title="Dusk Raga at the Hall")
    merge = services.decide(filed(child).pk, Verdict.MERGE, by=anna, other=survivor.pk)
    events.change_statuses([survivor.pk], Publication.REMOVED, by=berta, reason="illegal")
    return merge, child, anna


def test_a_merge_is_not_taken_back_after_what_came_of_it_was_removed():
    merge, child, anna = merged_and_removed()
    with pytest.raises(Conflict, match=r"part of another event: berta@example.org removed it on"):
        services.undo(merge.pk, by=anna)
    assert Event.objects.get(pk=child.pk).publication == "merged"


def test_who_may_not_publish_brings_nothing_back_by_un_merging():
    _, child, anna = merged_and_removed()
    with pytest.raises(PermissionDenied, match=r"events\.publish_event"):
        events.unmerge(child.pk, by=make_person(email="carl@example.org", rights=("events.merge_event",)))
    assert events.unmerge(child.pk, by=anna).publication == "approved"
