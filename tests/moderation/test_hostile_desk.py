"""Hostile text in titles, reasons, notes and names: each page of the desk answers, and shows it as text."""

import pytest
from django.urls import reverse

from accounts.models import User
from moderation import services, tasks
from moderation.enums import ReportKind, ReviewKind, Verdict
from moderation.models import BulkDecision, BulkItem, Decision, Review
from moderation.services.reports import Reporter, Said
from tests.factories import NOW, make_staff, record_event

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"
#: Overrides and isolates that never end, a word of 10 kB, a heap of marks on one letter, a line that looks like a header.
TEXTS = (
    EVIL,
    "\u202egnp.exe\u2067\u2066 \u200f",
    "W" * 10_000,
    "Z\u0300" * 200,
    "a\r\nSet-Cookie: x=1\u2028b",
    "=cmd|' /C calc'!A0",
)


def written(text: str) -> list[Review]:
    """A review of each kind about an event, that says the text wherever it can."""
    facts = {
        "title": text,
        "description": text,
        "venue": {"name": text},
        "organizer": {"name": text},
        "tags": [text],
    }
    rows = []
    for number, kind in enumerate(ReviewKind):
        if kind is ReviewKind.VENUE or kind is ReviewKind.RUN:
            continue
        event = record_event(
            title=f"Night {number}", approved=kind is not ReviewKind.EVENT, external_id=f"n{number}"
        )
        if kind is ReviewKind.REPORT:
            services.report(
                event.pk, Said(kind=ReportKind.SPAM, note=text[:400]), reporter=Reporter(key="r"), now=NOW
            )
        evidence = {
            "facts": facts,
            "source_name": text,
            "snippet": text,
            "similar": [{"event": str(event.pk), "reasons": text, "title": text}],
        }
        filing = services.Filing(
            kind=kind,
            object_id=event.pk,
            title=text,
            reasons=(text, "new"),
            city_id=event.city_id,
            evidence=evidence,
        )
        services.file_reviews([filing])
        rows.append(Review.objects.get(kind=kind, object_id=event.pk))
    return rows


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_each_page_shows_it_as_text(desk, text: str) -> None:
    other = make_staff(email="other@example.org")
    User.objects.filter(pk=other.pk).update(name=text[:80])
    rows = written(text)
    services.claim(rows[0].pk, by=User.objects.get(pk=other.pk), now=NOW)
    chosen = {"review": [f"{row.pk}:{row.version}" for row in rows], "verdict": "flag", "note": text}
    report = desk.post(reverse("admin:moderation_review_bulk"), chosen)["Location"]
    tasks.carry_out_bulk(str(BulkDecision.objects.get().pk))
    assert {item.state for item in BulkItem.objects.all()} == {"done", "failed"}
    queue, ticked = reverse("admin:moderation_review_changelist"), [str(row.pk) for row in rows]
    pages = [desk.get(way) for way in (
        reverse("admin:index"), queue, report, f"{report}progress/", reverse("admin:moderation_review_bulk"),
        reverse("admin:moderation_decision_changelist"), *(reverse("admin:moderation_review_change", args=[row.pk]) for row in rows),
    )]  # fmt: skip
    pages.append(desk.get(queue, {"q": text[:500], "reason": text[:100]}))
    pages.append(desk.post(queue, {"action": "decide_selected", "_selected_action": ticked}))
    for page in pages:
        assert page.status_code == 200
        assert EVIL.encode() not in page.content
        assert b"<img src=x onerror" not in page.content
    services.undo_bulk(BulkDecision.objects.get().pk, by=User.objects.get(email="other@example.org"))


@pytest.mark.parametrize("note", ["a\0b", "\ud800", "x" * 100_000], ids=["NUL", "half a character", "long"])
def test_a_note_that_cannot_be_stored_is_refused_or_shortened_in_words(desk, note: str) -> None:
    review = written("Raga")[0]
    way = reverse("admin:moderation_review_decide", args=[review.pk])
    body = {"verdict": "approve", "version": review.version, "note": note.encode("utf-8", "surrogatepass")}
    assert desk.post(way, body, follow=True).status_code in (200, 400)
    bulk = {
        "review": [f"{review.pk}:{review.version}"],
        "verdict": Verdict.APPROVE.value,
        "note": body["note"],
    }
    assert desk.post(reverse("admin:moderation_review_bulk"), bulk, follow=True).status_code in (200, 400)
    assert all("\0" not in one.note and len(one.note) <= 2000 for one in Decision.objects.all())
