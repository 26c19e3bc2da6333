"""Verdicts move trust; trust decides, by group of fields, who publishes without a look; a fall takes that away."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from events import services as events
from events.enums import Publication
from events.models import Event, Listing, Proposal
from moderation import services
from moderation.enums import FieldGroup, ReportKind, ReviewKind, SubjectKind, Verdict
from moderation.models import Decision, Review, SubmittedEvent, TrustSubject, TrustVerdict
from moderation.services import submitters, trusting
from moderation.services.reports import Reporter, Said
from moderation.services.sampling import record_reading
from moderation.signals import trust_changed
from sources.models import Alert
from sources.setup.context import source_trust_of
from sources.triggers.inbox import drain, submissions_source
from sources.triggers.load import load
from sources.triggers.submissions import keep_submission
from tests.factories import (
    NOW,
    make_area,
    make_categories,
    make_person,
    make_source,
    make_staff,
)
from tests.moderation.test_direct_decisions import calendar

pytestmark = pytest.mark.django_db

G = FieldGroup


def earning(*, slug="feed", trusted=(), **fields):
    """A source that lives by verdicts, trusted with these groups."""
    source = make_source(slug=slug, trust="earned", **fields)
    subject = trusting.introduce(trusting.source_of(source.pk), name=source.name, prior=source.type)
    subject.standing = {group.value: {"right": True} for group in trusted}
    subject.save()
    return source


def heard(source):
    """What verdicts said of a source: (right, wrong) of each, oldest first."""
    rows = TrustVerdict.objects.filter(subject__key=str(source.pk)).order_by("pk")
    return [(set(row.right), set(row.wrong)) for row in rows]


@pytest.fixture
def city():
    make_area()
    make_categories()


def waiting(source, *titles):
    load(source, [calendar(*titles)], now=NOW)
    return list(Review.objects.filter(kind="event").order_by("starts_at"))


@pytest.mark.usefixtures("city")
def test_a_verdict_says_which_groups_were_right_or_wrong_and_undo_says_nothing():
    source, by = earning(), make_staff()
    one, two, three = waiting(
        source, "Jazz Concert of Anna", "Rock Concert of Berta", "Folk Concert of Clara"
    )
    approved = services.decide(one.pk, Verdict.APPROVE, by=by, now=NOW)
    services.decide(two.pk, Verdict.REJECT, reason="spam", by=by, now=NOW)
    services.decide(three.pk, Verdict.REJECT, reason="wrong_facts", by=by, now=NOW)
    said = {"what", "when", "where", "text"}
    assert heard(source) == [(said, set()), (set(), {"what"}), (set(), {"when", "where"})]
    services.undo(approved.pk, by=by, now=NOW)
    assert heard(source) == [(set(), {"what"}), (set(), {"when", "where"})]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("uphold", {"when", "where"}),
        ("dismiss", set()),
        ("flag", set()),
        ("remove", {"what"}),
        ("cancel", {"when"}),
    ],
)
def test_a_report_that_a_moderator_finds_right_blames_who_gave_what_it_names(answer, wrong):
    source, by = earning(trusted=FieldGroup), make_staff()
    load(source, [calendar("Jazz Concert of Anna")], now=NOW)
    event = Event.objects.get()
    corrected = {
        "venue_name": "Red Room",
        "ticket_url": "https://t.example/1",
    }  # of tickets nothing was said: not wrong
    for number, kind in enumerate(("wrong_time", "cancelled", "duplicate")):
        services.report(event.pk, Said(kind=ReportKind(kind)), reporter=Reporter(key=str(number)), now=NOW)
    services.report(
        event.pk, Said(kind=ReportKind.CORRECTION, corrections=corrected), reporter=Reporter(key="z"), now=NOW
    )
    review = Review.objects.get(kind=ReviewKind.REPORT)
    decision = services.decide(review.pk, Verdict(answer), by=by, reason="spam", now=NOW)
    assert heard(source) == ([(set(), wrong)] if wrong else [])
    services.undo(decision.pk, by=by, now=NOW)
    assert heard(source) == []


@pytest.mark.usefixtures("city")
def test_an_edit_and_a_reading_blame_who_gave_the_field():
    source, by = earning(trusted=FieldGroup), make_staff()
    load(source, [calendar("Jazz Concert of Anna")], now=NOW)
    event = Event.objects.get()
    record_reading(event.pk, sample="2026-11", wrong=True, fields=["end"], by=by, now=NOW)
    events.edit(event.pk, {"venue_name": "Red Room"}, by=by, now=NOW)
    assert heard(source)[0] == ({"what", "where", "text"}, {"when"})
    assert heard(source)[1] == (set(), {"where"})
    record_reading(event.pk, sample="2026-11", wrong=False, by=by, now=NOW)
    assert heard(source)[0] == ({"what", "when", "text"}, set()), "what a person has set says nothing"


@pytest.mark.usefixtures("city")
def test_an_edit_that_is_taken_back_by_unlocking_blames_nobody_but_a_source_that_was_wrong():
    source, by = earning(trusted=FieldGroup), make_staff()
    load(source, [calendar("Jazz Concert of Anna")], now=NOW)
    event = Event.objects.get()
    events.edit(event.pk, {"venue_name": "Red Room", "title": "Jazz, by hand"}, by=by, now=NOW)
    assert heard(source) == [(set(), {"what", "where"})]
    events.edit(event.pk, {}, unlock=["venue"], by=by, now=NOW + timedelta(minutes=1))
    assert heard(source) == [(set(), {"what"})], "the venue is the source's again, which it never changed"
    unlocking = Decision.objects.latest("at")
    services.undo(unlocking.pk, by=by, now=NOW + timedelta(minutes=2))
    assert heard(source) == [(set(), {"what", "where"})]
    listing = Listing.objects.get()
    listing.facts = {**listing.facts, "venue": {**listing.facts["venue"], "name": "Green Room"}}
    listing.save()
    events.edit(event.pk, {}, unlock=["venue"], by=by, now=NOW + timedelta(minutes=3))
    assert Event.objects.get().venue_name == "Green Room"
    assert heard(source) == [(set(), {"what", "where"})], "it was wrong, and says something else by now"


@pytest.mark.usefixtures("city")
def test_ten_verdicts_earn_the_right_and_wrong_ones_take_it_and_tell(django_capture_on_commit_callbacks):
    source = earning()
    told = []
    trust_changed.connect(
        lambda **news: told.append((news["gained"], news["lost"])), weak=False, dispatch_uid="test"
    )
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(10):
            trusting.record_verdicts([(UUID(int=number), said(source, right=G))], cause="decision", now=NOW)
    assert source_trust_of(source).trusted_with == set(G)
    load(source, [calendar("Jazz Concert of Anna")], now=NOW)
    assert Event.objects.get(title="Jazz Concert of Anna").publication == "approved"
    with django_capture_on_commit_callbacks(execute=True):
        wrong = [(UUID(int=number), said(source, wrong={G.PRICE})) for number in range(20, 24)]
        trusting.record_verdicts(wrong, cause="decision", now=NOW)
    trust_changed.disconnect(dispatch_uid="test")
    assert source_trust_of(source).trusted_with == set(G) - {G.PRICE}
    assert told == [(set(G), set()), (set(), {G.PRICE})]
    assert Alert.objects.get().title == "Feed is no longer trusted with price and tickets"
    assert Entry.objects.filter(action="review.trust_changed").count() == 2
    trusting.take_back("decision", [pk for pk, _ in wrong], now=NOW)
    assert source_trust_of(source).trusted_with == set(G), "undone verdicts count as none"


def said(source, *, right=(), wrong=()):
    return trusting.Said(whose=trusting.source_of(source.pk), right=frozenset(right), wrong=frozenset(wrong))


@pytest.mark.usefixtures("city")
def test_a_change_of_a_group_that_is_not_trusted_is_proposed_and_the_others_are_applied():
    source = earning(trusted=set(G))
    load(source, [calendar("Jazz Concert of Anna")], now=NOW)
    TrustSubject.objects.update(standing={group.value: {"right": group != G.WHERE} for group in G})
    load(source, [calendar("Jazz Concert of Anna and Bert", place="Red Room")], now=NOW)
    event, proposal = Event.objects.get(), Proposal.objects.get()
    assert (event.title, event.venue_name) == ("Jazz Concert of Anna and Bert", "Blue Room")
    assert "venue_name" in proposal.fields
    assert "title" not in proposal.fields
    assert Review.objects.get(kind=ReviewKind.CHANGE).rules == ["untrusted_change"]
    load(source, [calendar("", "Rock Concert of Berta")], now=NOW)
    assert Event.objects.get(title="Rock Concert of Berta").publication == "pending"
    assert Review.objects.get(kind=ReviewKind.EVENT).reasons == ["Feed is not trusted with where"]


@pytest.mark.parametrize(("word", "groups"), [("trusted", set(G)), ("normal", set()), ("blocked", set())])
def test_an_operators_word_stands_over_the_verdicts(word, groups):
    source = earning(trusted=() if word == "trusted" else G)
    source.trust = word
    assert source_trust_of(source).trusted_with == groups


def submit(by, title):
    fields = {"title": title, "start": "2026-12-01T20:00", "city": "bengaluru", "venue": "Blue Room"}
    receipt = keep_submission(fields | {"description": "A long night of jazz with many guests."}, by=by)
    list(drain(submissions_source(), now=NOW))
    return receipt.run_id


@pytest.mark.usefixtures("city")
def test_a_submission_is_trusted_as_far_as_who_is_signed_in():
    person, staff = make_person(email="ada@example.org"), make_staff()
    submit(person, "Jazz Concert of Anna")
    services.decide(Review.objects.get().pk, Verdict.APPROVE, by=staff, now=NOW)
    subject = TrustSubject.objects.get(kind=SubjectKind.SUBMITTER)
    assert (set(subject.verdicts.get().right) >= {"what", "when"}, subject.name) == (True, "")
    TrustSubject.objects.filter(pk=subject.pk).update(standing={group.value: {"right": True} for group in G})
    known, strangers = submit(person, "Rock Concert of Berta"), submit(None, "Folk Concert of Clara")
    source = submissions_source()
    assert source_trust_of(source, run_id=known).trusted_with == set(G)
    assert source_trust_of(source, run_id=strangers).trusted_with == set()
    submitters.note(
        strangers, source_id=source.pk, submitter=submitters.of_account(person.pk), is_known=False, now=NOW
    )
    assert source_trust_of(source, run_id=strangers).trusted_with == set(), "anybody can type an address"
    heard_before = subject.verdicts.count()
    submitters.bind(strangers, Event.objects.get(title__startswith="Folk").pk)
    folk = Review.objects.get(object_id=Event.objects.get(title__startswith="Folk").pk)
    services.decide(folk.pk, Verdict.REJECT, by=staff, reason="spam", now=NOW)
    assert subject.verdicts.count() == heard_before, "nor costs it anything"
    assert SubmittedEvent.objects.get(run_id=known).event_id == Event.objects.get(title__startswith="Rock").pk


@pytest.mark.usefixtures("city")
def test_many_verdicts_cost_as_many_queries_as_one():
    source, by = earning(), make_staff()
    waiting(source, "Jazz Concert of Anna", "Rock Concert of Berta", "Folk Concert of Clara")
    ids = list(Event.objects.values_list("pk", flat=True))
    counts = []
    for chosen in (ids[:1], ids[1:]):
        with CaptureQueriesContext(connection) as asked:
            events.change_statuses(chosen, Publication.APPROVED, by=by, now=NOW)
        counts.append(len(asked))
    assert counts[1] <= counts[0]
    assert len(heard(source)) == 3
