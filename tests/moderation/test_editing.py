"""An edit within a verdict is one act: one decision, in one transaction, undone as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events import services as events
from events.exceptions import BadValue, ChangedMeanwhile
from events.models import Event, Proposal
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.services import Edit
from tests.events.services.test_locks import doubt_all, state
from tests.factories import NOW, make_entry, make_origin, make_staff, normalized, publish_all, record_event
from tests.moderation.test_undoing import filed

pytestmark = pytest.mark.django_db
RIGHT = Edit(values={"title": "Raga at Dawn", "capacity": 80})


def proposed(**facts):
    """A published event for which its source proposes other facts, and the open review of these."""
    event = record_event()
    entry = make_entry(event=replace(normalized(), **facts), event_id=event.pk)
    events.record_events([entry], origin=make_origin(), judge=doubt_all, now=NOW + timedelta(hours=1))
    return event, filed(event, ReviewKind.CHANGE)


def test_approving_with_an_edit_is_one_decision_and_undone_as_one():
    review, anna = filed(), make_staff()
    event = Event.objects.get()
    before = state(event)
    decision = services.decide(review.pk, Verdict.APPROVE, by=anna, edit=RIGHT)
    state(event)
    assert (event.title, event.publication, event.locked_fields) == (
        "Raga at Dawn",
        "approved",
        ["capacity", "title"],
    )
    assert Decision.objects.count() == 1
    services.undo(decision.pk, by=anna)
    changed = {name for name, value in state(event).items() if before[name] != value}
    assert changed == {"published_at", "publication_reason"}
    assert Review.objects.get().state == "open"


def test_nothing_is_approved_where_the_edit_is_refused():
    review, anna = filed(), make_staff()
    event = Event.objects.get()
    for edit, error in (
        (Edit(values={"url": "javascript:x"}), BadValue),
        (Edit(values={"capacity": 8}, version=99), ChangedMeanwhile),
    ):
        with pytest.raises(error):
            services.decide(review.pk, Verdict.APPROVE, by=anna, edit=edit)
    assert (Event.objects.get().publication, Decision.objects.count()) == ("pending", 0)
    assert state(event)["capacity"] is None


def test_an_edit_alone_leaves_the_review_open_for_another_look():
    review, anna = filed(), make_staff()
    with pytest.raises(ModerationError, match="Say what to change"):
        services.decide(review.pk, Verdict.EDIT, by=anna)
    decision = services.decide(review.pk, Verdict.EDIT, by=anna, edit=RIGHT)
    with pytest.raises(Conflict, match="has changed since you opened it"):
        services.decide(review.pk, Verdict.APPROVE, by=anna, version=review.version)
    review.refresh_from_db()
    assert (review.state, Event.objects.get().publication) == ("open", "pending")
    services.undo(decision.pk, by=anna)
    assert (Event.objects.get().title, Event.objects.get().locked_fields) == ("Raga at Dusk", [])


def test_an_edit_outside_a_review_is_undone_too_and_makes_others_look_again():
    review, anna = filed(), make_staff()
    event = events.edit(review.object_id, RIGHT.values, by=anna)
    with pytest.raises(Conflict, match="has changed since you opened it"):
        services.decide(review.pk, Verdict.APPROVE, by=anna, version=review.version)
    services.undo(Decision.objects.get(verdict="edit").pk, by=anna)
    event.refresh_from_db()
    assert (event.title, event.capacity, event.locked_fields) == ("Raga at Dusk", None, [])


def test_undo_names_who_edited_after_it():
    review, anna, berta = filed(), make_staff(email="anna@example.org"), make_staff(email="berta@example.org")
    first = services.decide(review.pk, Verdict.APPROVE, by=anna, edit=RIGHT)
    second = events.edit(review.object_id, {"capacity": 90}, by=berta)
    with pytest.raises(Conflict, match=r"after this: berta@example.org edited it on"):
        services.undo(first.pk, by=anna)
    services.undo(Decision.objects.get(by=berta).pk, by=berta)
    services.undo(first.pk, by=anna)
    second.refresh_from_db()
    assert (second.capacity, second.locked_fields, second.publication) == (None, [], "pending")


def test_what_is_proposed_is_answered_field_by_field_or_as_one_and_each_answer_undone():
    event, review = proposed(title="Raga by Night", capacity=80)
    anna, asked = make_staff(), Proposal.objects.get().fields
    before = state(event)
    title = services.decide(review.pk, Verdict.ACCEPT_CHANGE, by=anna, fields=["title"])
    assert (state(event)["title"], event.capacity, Review.objects.get().state) == (
        "Raga by Night",
        None,
        "open",
    )
    with pytest.raises(ModerationError, match="Nothing is proposed for this field any more"):
        services.decide(review.pk, Verdict.ACCEPT_CHANGE, by=anna, fields=["title"])
    rest = services.decide(review.pk, Verdict.DECLINE_CHANGE, by=anna)
    assert Review.objects.get().state == "decided"
    services.undo(rest.pk, by=anna)
    assert (Review.objects.get().state, list(Proposal.objects.get(decided_at=None).fields)) == (
        "open",
        ["capacity"],
    )
    services.undo(title.pk, by=anna)
    assert state(event) == before
    assert Proposal.objects.get().fields == asked


def test_unlocking_withdraws_the_question_that_it_answers_and_undo_asks_it_again():
    event, anna = record_event(), make_staff()
    events.edit(event.pk, {"title": "By hand"}, by=anna)
    entry = make_entry(event=replace(normalized(), title="Raga by Night"), event_id=event.pk)
    events.record_events([entry], origin=make_origin(), judge=publish_all, now=NOW)
    review = filed(event, ReviewKind.CHANGE)
    events.edit(event.pk, {}, unlock=["title"], by=anna)
    review.refresh_from_db()
    assert (state(event)["title"], review.state) == ("Raga by Night", "withdrawn")
    services.undo(Decision.objects.order_by("at").last().pk, by=anna)
    review.refresh_from_db()
    assert (state(event)["title"], event.locked_fields, review.state) == ("By hand", ["title"], "open")
