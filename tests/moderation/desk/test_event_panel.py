"""The panel of an event: as readers will see it, each source's words, checks, history, and what was decided nearby."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from events.models import Event, Listing, Proposal
from events.services import edit, record_events
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import OrganizerRef, Price
from tests.factories import (
    NOW,
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
EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def asked(event: Event, kind=ReviewKind.EVENT, **evidence) -> Review:
    """A review of the event, with the evidence that reviews always had."""
    filing = services.Filing(
        kind=kind,
        object_id=event.id,
        title=event.title,
        evidence={"source": "feed", "source_name": "Feed", **evidence},
    )
    services.file_reviews([filing])
    return Review.objects.get(object_id=event.id, kind=kind, state="open")


def page(desk: Client, review: Review) -> str:
    return desk.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()


def said(desk: Client, review: Review) -> dict:
    rows = desk.get(reverse("admin:moderation_review_change", args=[review.pk])).context["sources"].rows
    return {row.label: row for row in rows}


def listed_by(slug: str, event: Event, *, trust: float, **fields) -> None:
    """Another source that lists the event."""
    entry = make_entry(event=normalized(external_id=slug, **fields), event_id=event.id)
    record_events(
        [entry], origin=make_origin(slug=slug, trust=trust), judge=publish_all, now=NOW + timedelta(hours=1)
    )


def test_sources_stand_beside_each_other_with_what_differs_and_whose_word_counts(desk):
    event = record_event(price=Price(type=PriceType.PAID, min=100.0, max=100.0, currency="INR"))
    listed_by("weekly", event, trust=0.2, title="Raga at Dawn", start=NOW + timedelta(hours=31))
    rows = said(desk, asked(event))
    title, when = rows["title"], rows["when"]
    assert (title.now, [str(one.markup) for one in title.said]) == (
        "Raga at Dusk",
        ["Raga at Dusk", "Raga at <ins>Dawn</ins>"],
    )
    assert [one.counts for one in title.said] == [True, False]
    assert (title.given_by, title.why) == ("Feed", "its word is trusted more here (0.90 against 0.20)")
    assert when.now.endswith("IST")
    assert "<ins>" in when.said[1].markup
    assert (rows["price"].now, rows["price"].why) == ("₹100", "no other source says it")


def test_a_locked_field_says_that_a_person_set_it(desk):
    event = record_event()
    edit(event.id, {"title": "By hand"}, by=User.objects.get(), now=NOW)
    row = said(desk, asked(event))["title"]
    assert (row.is_locked, row.now, row.why) == (True, "By hand", "no source changes it")
    assert row.given_by.startswith("set by ")
    assert row.given_by.endswith("IST")


def test_the_panel_says_quality_and_checks_in_sentences(desk):
    event = record_event(approved=False)
    quality = {
        "score": 0.5,
        "grade": "F",
        "threshold": 0.7,
        "gates": {"business_logic": {"score": 0.4, "passed": False, "problems": ["Give an end."]}},
    }
    flag = {
        "check": "malicious_link",
        "reason": f"it leads to {EVIL}",
        "evidence": {"url": "https://bad.example/x", "text": EVIL},
    }
    html = page(desk, asked(event, facts={"title": event.title, "quality": quality, "flags": [flag]}))
    for words in (
        "50 of 100, grade F; at least 70 is needed",
        "Values that fit together: 40 of 100, not enough",
        "Give an end.",
        "<b>Dangerous link.</b>",
        "leads to https://bad.example/x",
    ):
        assert words in html
    assert EVIL not in html
    assert "business_logic" not in html


def test_what_is_proposed_is_one_row_for_each_field(desk):
    event = record_event()
    moved = event.start_at + timedelta(hours=1)
    Proposal.objects.create(
        event=event, origin=make_origin(),
        fields={"title": {"from": event.title, "to": "Raga at Dawn"}, "start_at": {"from": str(event.start_at), "to": str(moved)},
            "slug": {"from": "a", "to": "b"}},
    )  # fmt: skip
    review = asked(event, ReviewKind.CHANGE)
    context = desk.get(reverse("admin:moderation_review_change", args=[review.pk])).context
    shown = {one.field: [(line.label, line.after) for line in one.lines] for one in context["proposals"]}
    assert shown["title"] == [("title", "Raga at <ins>Dawn</ins>")]
    assert [label for label, _ in shown["start"]] == ["when"]
    preview = desk.get(context["preview_url"]).content.decode()
    assert "Raga at Dawn" in preview
    assert event.title not in preview.split("<main")[1]


def test_a_waiting_event_is_previewed_in_a_frame_without_scripts(desk):
    event = record_event(title="Not public yet", approved=False)
    answer = desk.get(reverse("admin:events_event_preview", args=[event.pk]))
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script src" not in answer.content.decode()
    assert 'class="card"' in answer.content.decode()
    assert 'class="event"' in answer.content.decode()


def test_reviews_of_before_are_shown_and_so_are_those_of_events_that_are_gone(desk):
    facts = normalized(title=EVIL).to_json()
    event = record_event(approved=False)
    review = asked(
        event,
        facts=facts,
        changes={"start_at": ["2026-11-21 14:30:00+00:00", "None"], "price_min": ["100.00", "250.00"]},
    )
    html = page(desk, review)
    assert "Sat 21 Nov 2026, 20:00 IST" in html
    assert "2026-11-21 14:30" not in html
    Review.objects.filter(pk=review.pk).update(object_id=review.pk)
    html = page(desk, review)
    assert EVIL not in html
    assert "&lt;/script&gt;" in html


def test_history_and_the_last_decisions_on_source_organizer_and_venue_are_there(desk):
    person, organizer = User.objects.get(), OrganizerRef(name="Asha Arts")
    other = record_event(title="Morning Raga", approved=False, organizer=organizer, external_id="m")
    services.decide(asked(other).pk, Verdict.REJECT, by=person, reason="spam", note="the third one")
    event = record_event(title="Evening Raga", organizer=organizer, external_id="e")
    edit(event.id, {"venue_name": "Red Room"}, by=person, now=NOW)
    context = desk.get(reverse("admin:moderation_review_change", args=[asked(event).pk])).context
    assert "First seen" in [line.what for line in context["history"]]
    assert "Changed: venue known here, venue" in [line.what for line in context["history"]]
    about = {
        one.about: [(title, line.what, line.note) for title, line in one.lines] for one in context["nearby"]
    }
    assert (
        about["the source “Feed”"]
        == about["the organizer “Asha Arts”"]
        == [("Morning Raga", "Reject (spam)", "the third one")]
    )


def test_many_listings_ask_no_more_of_the_database_than_one(desk):
    event = record_event()
    review = asked(event)
    url = reverse("admin:moderation_review_change", args=[review.pk])
    desk.get(url)
    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    for number in range(7):
        listed_by(f"source-{number}", event, trust=0.1, title=f"Raga {number}")
    with CaptureQueriesContext(connection) as eight:
        answer = desk.get(url)
    assert Listing.objects.count() == 8
    assert len(answer.context["sources"].more) == 3
    assert len(eight) <= len(one) + 2
    assert len(one) <= 45


def test_a_long_reason_is_kept_whole_or_ends_with_a_word(desk):
    event = record_event(approved=False)
    long = "completeness 0.40 is too low. " + "Give an end. " * 12
    filing = services.Filing(
        kind=ReviewKind.EVENT,
        object_id=event.id,
        title=event.title,
        evidence={},
        reasons=(long.strip(), "word " * 200),
    )
    services.file_reviews([filing])
    whole, cut = Review.objects.get(object_id=event.id).reasons
    assert whole == long.strip()
    assert cut.endswith("word …")


def test_a_preview_is_for_staff_of_the_city_alone(client):
    event = record_event(approved=False)
    url = reverse("admin:events_event_preview", args=[event.pk])
    elsewhere = make_person(rights=("events.view_event",), cities=[make_city(slug="mysuru")])
    client.force_login(elsewhere)
    assert client.get(url).status_code == 404
    client.force_login(
        make_person(email="here@example.org", rights=("events.view_event",), cities=[event.city])
    )
    assert client.get(url).status_code == 200
    client.force_login(make_person(email="none@example.org"))
    assert client.get(url).status_code == 403
