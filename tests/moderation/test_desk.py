"""The admin: every list opens, hostile titles stay text, verdicts are POSTs with a version."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from events.models import DuplicateMatch, Event, Listing
from events.records import Likeness
from events.services import merge, record_events, unmerge
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from tests.factories import NOW, make_entry, make_origin, make_staff, normalized, publish_all, record_event

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def waiting(title="Raga at Dusk", **evidence):
    event = record_event(title=title, approved=False, external_id=title)
    facts = {
        "title": title,
        "description": title,
        "venue": {"name": title},
        "organizer": {"name": title},
        "quality": {"score": 0.5, "gates": {}},
    }
    filing = services.Filing(
        kind=ReviewKind.EVENT,
        object_id=event.id,
        title=title,
        reasons=("new", title),
        evidence={"facts": facts, "source_name": title, **evidence},
    )
    services.file_reviews([filing])
    return Review.objects.get(object_id=event.id)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_every_list_opens(desk, model):
    waiting()
    assert (
        desk.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")).status_code
        == 200
    )


def test_a_review_shows_hostile_text_as_text(desk):
    review = waiting(EVIL)
    for url in (
        reverse("admin:moderation_review_change", args=[review.pk]),
        reverse("admin:moderation_review_changelist"),
    ):
        assert EVIL.encode() not in desk.get(url).content


def test_approving_goes_on_to_the_next_and_undo_brings_it_back(desk):
    first, second = waiting("One"), waiting("Two")
    answer = desk.post(
        reverse("admin:moderation_review_decide", args=[first.pk]), {"verdict": "approve", "version": 1}
    )
    assert answer.url == reverse("admin:moderation_review_change", args=[second.pk])
    assert Event.objects.get(pk=first.object_id).publication == "approved"
    desk.post(reverse("admin:moderation_review_undo", args=[desk.session["last_decision"]]))
    assert Event.objects.get(pk=first.object_id).publication == "pending"


@pytest.mark.parametrize(
    "body",
    [
        {"verdict": "approve", "version": 7},
        {"verdict": "reject", "version": 1},
        {"verdict": "dance", "version": 1},
    ],
)
def test_a_wrong_verdict_is_refused_with_words(desk, body):
    review = waiting()
    url = reverse("admin:moderation_review_change", args=[review.pk])
    answer = desk.post(reverse("admin:moderation_review_decide", args=[review.pk]), body, follow=True)
    assert answer.redirect_chain[-1][0] == url
    assert [str(message) for message in answer.context["messages"]]
    assert Event.objects.get().publication == "pending"


def test_a_get_decides_nothing(desk):
    review = waiting()
    desk.get(
        reverse("admin:moderation_review_decide", args=[review.pk]), {"verdict": "approve", "version": 1}
    )
    assert Event.objects.get().publication == "pending"


def test_the_queue_costs_the_same_for_one_and_three(desk):
    url = reverse("admin:moderation_review_changelist")
    waiting("One")
    desk.get(url)
    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    waiting("Two"), waiting("Three")
    with CaptureQueriesContext(connection) as three:
        desk.get(url)
    assert len(one) == len(three) <= 15


def test_bulk_approval_decides_the_selected(desk):
    reviews = [waiting("One"), waiting("Two")]
    body = {"action": "approve_selected", "_selected_action": [str(review.pk) for review in reviews]}
    desk.post(reverse("admin:moderation_review_changelist"), body)
    assert set(Event.objects.values_list("publication", flat=True)) == {"approved"}


def test_one_who_may_only_read_reviews_decides_nothing_and_takes_nothing_back(desk):
    review, decided = waiting(), waiting("Jazz Brunch")
    decision = services.decide(decided.pk, Verdict.APPROVE, by=User.objects.get(), version=decided.version)
    reader = User.objects.create_user("reader@example.org", "a long enough password", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_review"))
    desk.force_login(reader)
    desk.post(
        reverse("admin:moderation_review_changelist"),
        {"action": "approve_selected", "_selected_action": [str(review.pk)]},
    )
    assert desk.post(reverse("admin:moderation_review_undo", args=[decision.pk])).status_code == 403
    review.refresh_from_db()
    decided.refresh_from_db()
    assert (review.state, decided.state) == ("open", "decided")


def test_saving_an_event_locks_and_tells(desk):
    event = record_event()
    url = reverse("admin:events_event_change", args=[event.pk])
    form = desk.get(url).context["adminform"].form
    body = {
        name: value if value is not None else ""
        for name, value in form.initial.items()
        if name in form.fields
    }
    page = desk.get(url).content.decode()
    assert "Blue Room" in page
    for name in ("start_at", "end_at"):
        moment = body.pop(name)
        body[f"{name}_0"], body[f"{name}_1"] = f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"
    body |= {
        "title": "By hand",
        "tags": "",
        "performers": "",
        "listings-TOTAL_FORMS": 0,
        "listings-INITIAL_FORMS": 0,
    }
    desk.post(url, body)
    event.refresh_from_db()
    assert event.title == "By hand"
    assert "title" in event.locked_fields


def test_removing_and_approving_events_from_the_list(desk):
    event = record_event()
    url = reverse("admin:events_event_changelist")
    desk.post(url, {"action": "remove", "_selected_action": [str(event.pk)]})
    event.refresh_from_db()
    assert event.publication == "removed"
    desk.post(url, {"action": "unmerge_selected", "_selected_action": [str(event.pk)]})
    desk.post(url, {"action": "approve", "_selected_action": [str(event.pk)]})
    event.refresh_from_db()
    assert event.publication == "approved"


def pair() -> tuple[Event, Event]:
    stays = record_event(title="Indiranagar Food Festival", origin=make_origin(slug="a"), external_id="a")
    return stays, record_event(
        title="Food Festival at Indiranagar",
        origin=make_origin(slug="b"),
        external_id="b",
        ticket_url="https://t.example/1",
    )


def asked(stays: Event, goes: Event) -> Review:
    like = {"event": str(stays.id), "similarity": 0.84, "reasons": "titles 0.99 alike; same start"}
    services.file_reviews(
        [
            services.Filing(
                kind=ReviewKind.MATCH, object_id=goes.id, title=goes.title, evidence={"similar": [like]}
            )
        ]
    )
    return Review.objects.get(object_id=goes.id, kind=ReviewKind.MATCH)


def test_a_match_shows_both_sides_and_what_they_would_be(desk):
    stays, goes = pair()
    page = desk.get(reverse("admin:moderation_review_change", args=[asked(stays, goes).pk])).content.decode()
    for words in (
        "84 %",
        "titles 0.99 alike; same start",
        stays.title,
        goes.title,
        "<ins>https://t.example/1</ins>",
        'data-key="m"',
        'data-key="d"',
    ):
        assert words in page
    assert Event.objects.filter(publication="merged").count() == 0


def test_a_match_is_decided_without_naming_the_only_other(desk):
    stays, goes = pair()
    review = asked(stays, goes)
    desk.post(reverse("admin:moderation_review_decide", args=[review.pk]), {"verdict": "merge", "version": 1})
    goes.refresh_from_db()
    assert goes.merged_into_id == stays.id
    desk.post(reverse("admin:moderation_review_undo", args=[desk.session["last_decision"]]))
    goes.refresh_from_db()
    assert (goes.publication, DuplicateMatch.objects.get().outcome) == ("approved", "different")


def test_unmerging_is_reached_from_the_event_and_from_the_history(desk):
    stays, goes = pair()
    review = asked(stays, goes)
    services.decide(review.pk, Verdict.MERGE, by=User.objects.get(), version=1)
    way = reverse("admin:events_event_unmerge", args=[goes.pk])
    for page in (
        reverse("admin:events_event_change", args=[stays.pk]),
        reverse("admin:events_event_change", args=[goes.pk]),
        reverse("admin:moderation_decision_changelist"),
    ):
        assert way in desk.get(page).content.decode()
    assert "titles 0.99 alike" in desk.get(way).content.decode()
    desk.post(way)
    goes.refresh_from_db()
    assert goes.publication == "approved"
    assert Decision.objects.filter(object_id=goes.pk, verdict="undo", by=User.objects.get()).count() == 1


def test_a_joined_listing_is_taken_out_at_the_event(desk):
    stays, _ = pair()
    like = Likeness(event_id=stays.id, similarity=0.9, match_fields={}, reasons="same ticket link")
    reported = normalized(title="Food Fest", external_id="c", url="https://c.example/")
    record_events(
        [make_entry(event=reported, event_id=stays.id, merged=like)],
        origin=make_origin(slug="c"),
        judge=publish_all,
        now=NOW,
    )
    listing = Listing.objects.get(external_id="c")
    way = reverse("admin:events_event_take_out", args=[listing.pk])
    assert way in desk.get(reverse("admin:events_event_change", args=[stays.pk])).content.decode()
    desk.post(way)
    listing.refresh_from_db()
    assert listing.event_id != stays.id
    assert listing.event.title == "Food Fest"


def test_what_waited_before_a_merge_waits_again_after_it(desk):
    review = waiting()
    other, person = (
        record_event(title="Another", origin=make_origin(slug="b"), external_id="b"),
        User.objects.get(),
    )
    merge(other.id, review.object_id, by=person)
    review.refresh_from_db()
    assert review.state == "withdrawn"
    unmerge(review.object_id, by=person)
    review.refresh_from_db()
    assert review.state == "open"


def test_who_may_not_change_events_takes_none_apart(desk):
    stays, goes = pair()
    merge(stays.id, goes.id, by=User.objects.get())
    reader = User.objects.create_user("reader@example.org", "a long enough password", is_staff=True)
    desk.force_login(reader)
    assert desk.post(reverse("admin:events_event_unmerge", args=[goes.pk])).status_code == 403
