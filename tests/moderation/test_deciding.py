"""A moderator's verdict: carried out once, for the version that was seen, and undone."""

import pytest
from uuid_utils.compat import uuid7

from accounts.rights import PIPELINE
from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import Review
from moderation.signals import decided
from tests.factories import make_origin, make_staff, record_event

pytestmark = pytest.mark.django_db


def filed(event=None, kind=ReviewKind.EVENT, **fields):
    event = event or record_event(approved=False)
    services.file_reviews(
        [
            services.Filing(
                kind=kind,
                object_id=event.id,
                title=event.title,
                evidence={"source": "feed"},
                reasons=("new",),
                **fields,
            )
        ]
    )
    return Review.objects.get(object_id=event.id, kind=kind)


def publication(review):
    return Event.objects.get(pk=review.object_id).publication


def test_approving_publishes_and_tells_the_apps_above(django_capture_on_commit_callbacks):
    heard = []
    decided.connect(lambda **news: heard.append(news["verdict"]), weak=False, dispatch_uid="test")
    review = filed()
    with django_capture_on_commit_callbacks(execute=True):
        decision = services.decide(review.pk, Verdict.APPROVE, by=make_staff(), version=1)
    decided.disconnect(dispatch_uid="test")
    assert publication(review) == "approved"
    assert (decision.before, decision.after) == ({"publication": "pending"}, {"publication": "approved"})
    assert heard == ["approve"]


def test_a_rejection_needs_a_reason():
    review = filed()
    with pytest.raises(ReasonMissing):
        services.decide(review.pk, Verdict.REJECT, by=make_staff())
    services.decide(review.pk, Verdict.REJECT, by=PIPELINE, reason="spam")
    assert publication(review) == "rejected"


def test_a_review_that_changed_meanwhile_is_a_conflict():
    review = filed()
    filed(Event.objects.get())  # the source said something new: version 2
    with pytest.raises(Conflict):
        services.decide(review.pk, Verdict.APPROVE, by=make_staff(), version=1)
    assert publication(review) == "pending"


def test_a_decided_review_cannot_be_decided_again():
    review = filed()
    services.decide(review.pk, Verdict.APPROVE, by=make_staff())
    with pytest.raises(Conflict):
        services.decide(review.pk, Verdict.APPROVE, by=PIPELINE)


def test_undo_restores_and_opens_the_review_again():
    review, staff = filed(), make_staff()
    decision = services.decide(review.pk, Verdict.APPROVE, by=staff)
    services.undo(decision.pk, by=staff)
    review.refresh_from_db()
    assert (publication(review), review.state) == ("pending", "open")


def test_merging_and_undoing_it():
    other, staff = record_event(title="The same", origin=make_origin(slug="b")), make_staff()
    review = filed()
    decision = services.decide(review.pk, Verdict.MERGE, by=staff, other=other.id)
    assert publication(review) == "merged"
    services.undo(decision.pk, by=staff)
    assert publication(review) == "pending"


def test_a_merge_names_its_other_and_a_kind_knows_its_verdicts():
    review = filed()
    for verdict in (Verdict.MERGE, Verdict.DIFFERENT):
        with pytest.raises(ModerationError):
            services.decide(review.pk, verdict, by=PIPELINE)
    with pytest.raises(ModerationError):
        services.decide(review.pk, Verdict.ACCEPT_RUN, by=PIPELINE)


def test_different_leaves_the_event_waiting_for_its_own_verdict():
    review, other = filed(), record_event(title="Another", origin=make_origin(slug="b"))
    services.decide(review.pk, Verdict.DIFFERENT, by=make_staff(), other=other.id)
    review.refresh_from_db()
    assert review.state == "open"


def test_many_at_once_say_what_could_not_be_done():
    first, second = filed(), filed(record_event(title="Two", approved=False, external_id="2"))
    done, problems = services.decide_many([(first.pk, 1), (second.pk, 9)], Verdict.APPROVE, by=make_staff())
    assert (len(done), len(problems)) == (1, 1)


def test_filing_again_keeps_one_open_review_with_the_newer_evidence():
    review = filed()
    services.file_reviews(
        [
            services.Filing(
                kind=ReviewKind.EVENT, object_id=review.object_id, title="New title", evidence={"n": 2}
            )
        ]
    )
    review.refresh_from_db()
    assert (review.title, review.evidence, review.version) == ("New title", {"n": 2}, 2)
    assert services.withdraw(ReviewKind.EVENT, [review.object_id, uuid7()]) == 1
