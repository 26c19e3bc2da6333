"""The admin: every list opens, hostile titles stay text, verdicts are POSTs with a version."""

from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from events.models import DuplicateMatch, Event, Listing
from events.records import Likeness
from events.services import merge, record_events, unmerge
from moderation import services, tasks
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from tests.events.editing.test_form import sent
from tests.factories import NOW, make_entry, make_origin, normalized, publish_all, record_event
from tests.moderation.test_editing import proposed

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>"


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
    desk.post(reverse("admin:moderation_review_undo", args=[Decision.objects.get().pk]))
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
    assert len(one) == len(three) <= 19


def test_many_are_seen_first_then_decided_and_taken_back_together(desk):
    reviews = [waiting("One"), waiting("Two"), waiting(EVIL)]
    body = {"action": "decide_selected", "_selected_action": [str(review.pk) for review in reviews]}
    page = desk.post(reverse("admin:moderation_review_changelist"), body).content
    assert all(f"{review.pk}:1".encode() in page for review in reviews)
    assert EVIL.encode() not in page
    chosen = {"review": [f"{review.pk}:1" for review in reviews[:2]], "verdict": "reject", "reason": "spam"}
    report = desk.post(reverse("admin:moderation_review_bulk"), chosen).url
    assert b"Under way: 0 of 2" in desk.get(report).content
    tasks.carry_out_bulk(report.split("/")[-2])
    assert set(Event.objects.values_list("publication", flat=True)) == {"rejected", "pending"}
    assert b"All carried out. 2 done." in desk.get(f"{report}progress/").content
    desk.post(f"{report}undo/")
    tasks.carry_out_bulk(report.split("/")[-2])
    assert b"Taken back. 2 taken back." in desk.get(report).content
    for wrong in ({**chosen, "reason": ""}, {**chosen, "review": "x"}, {**chosen, "verdict": "dance"}):
        assert (
            b"Nothing was done."
            in desk.post(reverse("admin:moderation_review_bulk"), wrong, follow=True).content
        )
    assert (
        desk.get(
            reverse("admin:moderation_review_changelist"), {"reason": "other", "q": "One", "age": "week"}
        ).status_code
        == 200
    )


def test_one_who_may_only_read_reviews_decides_nothing_and_takes_nothing_back(desk):
    review, decided = waiting(), waiting("Jazz Brunch")
    decision = services.decide(decided.pk, Verdict.APPROVE, by=User.objects.get(), version=decided.version)
    reader = User.objects.create_user("reader@example.org", "a long enough password", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_review"))
    desk.force_login(reader)
    desk.post(
        reverse("admin:moderation_review_changelist"),
        {"action": "decide_selected", "_selected_action": [str(review.pk)]},
    )
    assert desk.post(reverse("admin:moderation_review_undo", args=[decision.pk])).status_code == 403
    review.refresh_from_db()
    decided.refresh_from_db()
    assert (review.state, decided.state) == ("open", "decided")


def test_saving_an_event_locks_tells_and_is_undone(desk):
    event, by = record_event(), User.objects.get()
    url = reverse("admin:events_event_change", args=[event.pk])
    assert "Blue Room" in desk.get(url).content.decode()
    assert desk.post(url, sent(event, by, title="By hand", start_clock="")).status_code == 200
    assert desk.post(url, sent(event, by, title="By hand", start_clock="20:00")).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.locked_fields) == ("By hand", ["start", "title"])
    assert f"{event.start_at.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M}" == "20:00"
    assert "Locked by mod@example.org" in desk.get(url).content.decode()
    services.undo(Decision.objects.get(verdict="edit").pk, by=by)
    event.refresh_from_db()
    assert (event.title, event.locked_fields) == ("Raga at Dusk", [])


def test_approving_with_an_edit_at_the_desk_is_one_decision(desk):
    review, by = waiting(), User.objects.get()
    event, url = Event.objects.get(), reverse("admin:moderation_review_edit", args=[review.pk])
    part = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert (part.lstrip().startswith("<form"), "<html" in part) == (True, False)
    wrong = desk.post(url, {**sent(event, by, url="javascript:x").dict(), "approve": "1", "review": "1"})
    assert "is not a web address" in wrong.content.decode()
    desk.post(url, {**sent(event, by, capacity="80").dict(), "approve": "1", "review": "1"})
    event.refresh_from_db()
    assert (event.publication, event.capacity, Decision.objects.count()) == ("approved", 80, 1)
    assert desk.get(url).status_code == 404
    desk.post(reverse("admin:moderation_review_undo", args=[Decision.objects.get().pk]))
    event.refresh_from_db()
    assert (event.publication, event.capacity, event.locked_fields) == ("pending", None, [])


def test_one_field_of_what_is_proposed_is_accepted_at_the_desk(desk):
    event, review = proposed(title="Raga by Night", capacity=80)
    page = reverse("admin:moderation_review_change", args=[review.pk])
    assert "Keep what is published: seats" in desk.get(page).content.decode()
    url = reverse("admin:moderation_review_answer", args=[review.pk])
    answer = desk.post(url, {"field": "title", "accept": "1", "version": review.version})
    event.refresh_from_db()
    assert (answer.url, event.title, event.capacity) == (page, "Raga by Night", None)


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
        "84 of 100",
        "The titles are nearly the same (99 of 100).",
        stays.title,
        goes.title,
        "https://t.example/1",
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
    desk.post(reverse("admin:moderation_review_undo", args=[Decision.objects.get().pk]))
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
