"""Direct decisions are stored, and close the reviews that they answer."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.rights import CLOCK
from audit.enums import Action
from audit.models import Entry, Note
from audit.records import Subject
from audit.services import chain, pseudonym_of, verify
from events import services as events
from events.enums import Publication
from events.models import Event
from events.records import Moved, Outcome, Recorded
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from moderation.queries import changed_decisions, decisions_on
from moderation.signals import decided
from pipeline.contract.raw import RawPayload
from sources.triggers.load import load
from tests.factories import NOW, make_area, make_categories, make_source, make_staff, record_event

pytestmark = pytest.mark.django_db


def filed(event, kind):
    services.file_reviews(
        [services.Filing(kind=kind, object_id=event.id, title=event.title, evidence={}, reasons=("new",))]
    )
    return Review.objects.get(object_id=event.id, kind=kind)


def test_a_verdict_from_the_list_settles_the_open_reviews(client, django_capture_on_commit_callbacks):
    heard = []
    decided.connect(
        lambda **news: heard.append((news["kind"], news["verdict"])), weak=False, dispatch_uid="test"
    )
    event, moderator = record_event(approved=False), make_staff()
    review, report = filed(event, ReviewKind.EVENT), filed(event, ReviewKind.REPORT)
    client.force_login(moderator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("admin:events_event_changelist"),
            {"action": "approve", "_selected_action": [str(event.pk)]},
        )
    decided.disconnect(dispatch_uid="test")
    states = {Review.objects.get(pk=one.pk).state for one in (review, report)}
    assert states == {"decided", "open"}  # an approval is no answer to what readers report
    decision = Decision.objects.get(object_id=event.pk)
    assert (decision.verdict, decision.by, decision.note, decision.automatic) == (
        "approve",
        moderator,
        "in the admin",
        False,
    )
    assert (decision.before, decision.after) == ({"publication": "pending"}, {"publication": "approved"})
    assert heard == [("event", "approve")]


def test_a_removal_from_the_list_settles_what_readers_report():
    event = record_event()
    report = filed(event, ReviewKind.REPORT)
    events.change_statuses([event.pk], Publication.REMOVED, by=make_staff())
    report.refresh_from_db()
    assert (report.state, Decision.objects.get(object_id=event.pk).review) == ("decided", report)


def test_a_change_that_waits_is_not_answered_by_an_approval():
    event = record_event()
    change = filed(event, ReviewKind.CHANGE)
    events.change_statuses([event.pk], Publication.APPROVED, by=make_staff())
    change.refresh_from_db()
    assert (change.state, Decision.objects.count()) == ("open", 0)


def test_what_the_clock_does_is_no_verdict():
    event = record_event()
    review = filed(event, ReviewKind.REPORT)
    events.change_statuses([event.pk], Publication.REMOVED, by=CLOCK)
    review.refresh_from_db()
    assert (review.state, Decision.objects.count()) == ("open", 0)


def test_the_list_takes_as_many_queries_for_three_as_for_one():
    ones = [record_event(title=f"Raga {number}", approved=False) for number in range(5)]
    for event in ones:
        filed(event, ReviewKind.EVENT)
    moderator, counts = make_staff(), []
    pseudonym_of(Subject("accounts.user", str(moderator.pk)))
    for chosen in (ones[:1], ones[1:2], ones[2:]):  # the first one learns who its source is
        with CaptureQueriesContext(connection) as asked:
            services.record_direct_decisions(
                [_moved(event) for event in chosen], Publication.REJECTED, by=moderator, reason="", now=NOW
            )
        counts.append(len(asked))
    assert counts[1] == counts[2]


def _moved(event):
    return Moved(event_id=event.pk, before=Publication.PENDING)


def calendar(*titles, place="Blue Room"):
    events_of = "".join(
        f"BEGIN:VEVENT\r\nUID:{day}@x\r\nDTSTART:202612{day:02}T140000Z\r\nDTEND:202612{day:02}T160000Z\r\nSUMMARY:{title}\r\n"
        f"LOCATION:{place}\\, 12th Main\\, Indiranagar\\, Bengaluru\r\nDESCRIPTION:An evening of live music with tabla\\, tanpura and a band on the stage of "
        "the club. Doors open an hour before. Tickets at the door.\r\nURL:https://venue.example/x\r\nEND:VEVENT\r\n"
        for day, title in enumerate(titles, start=1)
    )
    return RawPayload(
        url="",
        content=f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events_of}END:VCALENDAR\r\n".encode(),
        content_type="text/calendar",
    )


def test_what_the_rules_publish_is_one_decision_of_the_batch(client):
    make_area()
    make_categories()
    source = make_source()
    load(
        source, [calendar("Jazz Concert of Anna", "Rock Concert of Berta", "Folk Concert of Clara")], now=NOW
    )
    published = set(Event.objects.filter(publication="approved").values_list("pk", flat=True))
    decision = Decision.objects.get()
    assert (set(decision.events), decision.verdict, decision.automatic, decision.object_id) == (
        published,
        "approve",
        True,
        source.pk,
    )
    assert len(published) == 3
    assert decision.note == "Feed: from a trusted source, and nothing was doubtful"
    assert list(decisions_on(next(iter(published)))) == [decision]
    client.force_login(make_staff())
    page = client.get(reverse("admin:moderation_decision_changelist"), {"q": str(next(iter(published)))})
    assert "3 events" in page.content.decode()
    assert (
        f"?q={next(iter(published))}"
        in client.get(reverse("admin:events_event_change", args=[next(iter(published))])).content.decode()
    )


def test_rules_decisions_are_bounded_and_cost_two_queries(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("moderation.services.direct_decisions.MOST_EVENTS", 2)
    rows = [
        Recorded(event_id=uuid7(), outcome=Outcome.NEW, publication=Publication.APPROVED) for _ in range(5)
    ]
    rows += [Recorded(event_id=uuid7(), outcome=Outcome.NEW, publication=Publication.PENDING)]
    rows += [Recorded(event_id=uuid7(), outcome=Outcome.CHANGED, publication=Publication.APPROVED)]
    with django_assert_num_queries(2):
        services.record_rule_decisions(rows, source_id=uuid7(), name="Feed", now=NOW)
    assert sorted((d.verdict, len(d.events)) for d in Decision.objects.all()) == [
        ("accept_change", 1),
        ("approve", 1),
        ("approve", 2),
        ("approve", 2),
    ]


def test_a_batch_that_publishes_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        services.record_rule_decisions([], source_id=uuid7(), name="Feed", now=NOW)


def test_a_batch_of_the_rules_is_one_entry_that_binds_its_events():
    rows = [
        Recorded(event_id=uuid7(), outcome=Outcome.NEW, publication=Publication.APPROVED) for _ in range(3)
    ]
    services.record_rule_decisions(rows, source_id=uuid7(), name="Feed", now=NOW)
    decision, entry = Decision.objects.get(), Entry.objects.get()
    assert (entry.actor, entry.target) == ("system:pipeline", f"sources.source:{decision.object_id}")
    assert changed_decisions([entry.pk]) == []
    Decision.objects.update(events=[row.event_id for row in rows[:2]])
    assert changed_decisions([entry.pk]) == [decision.pk]
    chain()
    assert verify(checkpoints=Path("/nonexistent")).problems == {"recorded row changed": 1}
    Decision.objects.all().delete()
    assert changed_decisions([entry.pk]) == [decision.pk]


def test_a_moderators_verdict_is_an_entry():
    event, moderator = record_event(approved=False), make_staff()
    review = filed(event, ReviewKind.EVENT)
    decision = services.decide(review.pk, Verdict.REJECT, by=moderator, reason="spam", note="sold by a bot")
    entry = Entry.objects.get(action=Action.VERDICT)
    assert json.loads(entry.after) == {
        "decision": str(decision.pk), "object": str(event.pk), "publication": "rejected", "reason": "spam", "verdict": "reject",
    }  # fmt: skip
    assert (entry.target, Note.objects.get(entry_id=entry.pk).text) == (
        f"moderation.review:{review.pk}",
        "sold by a bot",
    )
    services.undo(decision.pk, by=moderator)
    assert Entry.objects.filter(action=Action.VERDICT_UNDONE, target=entry.target).exists()
