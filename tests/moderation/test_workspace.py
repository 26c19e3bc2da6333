"""The desk's pages without script and as parts for htmx: filter, place, questions, presence, undo from anywhere."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from tests.factories import make_staff
from tests.moderation.test_desk import waiting

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def at(name: str, key: object, query: str = "") -> str:
    return reverse(f"admin:moderation_review_{name}", args=[key]) + query


def test_the_filter_and_the_place_travel_through_verdicts_and_undo_without_script(desk):
    one, two, three = (waiting(f"Night {n}") for n in range(3))
    waiting("Brunch")
    query = "?kind=event&q=Night"
    page = desk.get(at("change", two.pk, query)).content.decode()
    assert all(at("change", other.pk, query.replace("&", "&amp;")) in page for other in (one, three))
    assert "Brunch" not in page
    answer = desk.post(at("decide", two.pk, query), {"verdict": "reject:spam", "version": 1})
    assert answer.url == at("change", three.pk, query)
    answer = desk.post(at("decide", three.pk, query), {"verdict": "approve", "version": 1})
    assert answer.url == at("change", one.pk, query)
    last = Decision.objects.get(review=three)
    assert desk.post(at("undo", last.pk, query)).url == at("change", three.pk, query)


def test_the_queue_says_in_words_why_a_review_stands_where_it_does(desk):
    review = waiting("Night")
    Review.objects.filter(pk=review.pk).update(audience=90_000, starts_at=timezone.now() + timedelta(hours=5))
    said = "Its place in the queue: starts in 5 hours; many people have seen, booked or shared it;"
    for address in (at("change", review.pk), reverse("admin:moderation_review_changelist")):
        assert f'title="{said}' in desk.get(address).content.decode()
    services.decide(review.pk, Verdict.APPROVE, by=User.objects.get())
    assert said not in desk.get(at("change", review.pk)).content.decode()


def test_a_verdict_costs_the_same_queries_with_three_and_with_sixty(desk):
    counts = []
    for more in (2, 3, 57):  # the first fills what a process keeps
        cache.clear()  # what is kept for seconds must not end in one of them alone
        rows = [waiting(f"Night {more} {n}") for n in range(more)]
        desk.get(at("change", rows[0].pk), headers=PART)
        with CaptureQueriesContext(connection) as asked:
            answer = desk.post(at("decide", rows[0].pk), {"verdict": "approve", "version": 1}, headers=PART)
        assert answer["HX-Push-Url"] == at("change", rows[1].pk)
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 65


def test_the_list_of_reviews_costs_the_same_queries_with_one_and_with_sixty(desk):
    counts = []
    for more in (1, 58):
        for n in range(more):
            waiting(f"Night {len(counts)} {n}")
        desk.get(reverse("admin:moderation_review_changelist"))  # fills what is cached for some seconds
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("admin:moderation_review_changelist"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 35


def ahead(desk, review):
    """What the browser sends when it has the evidence of the review, which it fetches ahead."""
    answer = desk.get(at("ahead", review.pk), headers=PART)
    assert "As readers will see it" in answer.content.decode()
    return PART | {"Desk-Kept": answer["Desk-Holds"]}


def test_evidence_that_was_fetched_ahead_is_not_sent_again_and_claims_nothing(desk):
    one, two, held, three, _ = (waiting(f"Night {n}") for n in range(1, 6))
    services.claim(held.pk, by=make_staff(email="berta@example.org"))
    following = " ".join(at("ahead", review.pk) for review in (two, three))
    assert f'data-ahead="{following}"' in desk.get(at("change", one.pk)).content.decode()
    kept, other = ahead(desk, two), ahead(desk, three)
    kept |= {"Desk-Kept": f"{other['Desk-Kept']}, {kept['Desk-Kept']}"}
    two.refresh_from_db()
    assert two.claimed_by is None
    with CaptureQueriesContext(connection) as asked:
        answer = desk.post(at("decide", one.pk), {"verdict": "approve", "version": 1}, headers=kept)
    page = answer.content.decode()
    assert ("<desk-kept>" in page, "As readers will see it" in page, "Night 2" in page) == (True, False, True)
    assert len(asked) <= 50
    two.refresh_from_db()
    assert two.claimed_by == User.objects.get(email="mod@example.org")


@pytest.mark.parametrize("meanwhile", ["decided", "changed", "asked again", "held", "a minute ago"])
def test_evidence_that_holds_no_more_is_sent_anew(desk, meanwhile):
    one, two = waiting("Night 1"), waiting("Night 2")
    kept, other = ahead(desk, two), make_staff(email="berta@example.org")
    if meanwhile == "decided":
        services.decide(two.pk, Verdict.APPROVE, by=other)
    elif meanwhile == "changed":
        Event.objects.filter(pk=two.object_id).update(version=F("version") + 1)
    elif meanwhile == "asked again":
        Review.objects.filter(pk=two.pk).update(version=2)
    elif meanwhile == "held":
        services.claim(two.pk, by=other)
    else:
        of, _, when = kept["Desk-Kept"].rpartition(" ")
        kept["Desk-Kept"] = f"{of} {int(when) - 61}"
    page = desk.get(at("change", two.pk), headers=kept).content.decode()
    assert ("<desk-kept>" in page, "As readers will see it" in page) == (False, True)
    if meanwhile in ("decided", "held"):
        assert "berta@example.org" in page
    answer = desk.post(at("decide", one.pk), {"verdict": "approve", "version": 1}, headers=kept)
    assert "<desk-kept>" not in answer.content.decode()
    assert (answer.status_code == 204) == (
        meanwhile in ("decided", "held")
    )  # nothing else waits for this person


def test_a_run_is_asked_about_before_anything_is_done(desk):
    services.file_reviews(
        [
            services.Filing(
                kind=ReviewKind.RUN,
                object_id=uuid7(),
                title="Feed",
                reasons=("47 of 94 are gone",),
                evidence={},
            )
        ]
    )
    run = Review.objects.get(kind=ReviewKind.RUN)
    body = {"verdict": "accept_run", "version": 1}
    page = desk.post(at("decide", run.pk), body).content.decode()
    assert all(words in page for words in ("47 of 94 are gone", "This cannot be undone", 'name="sure"'))
    assert 'data-key="a"' not in page
    assert Decision.objects.count() == 0
    desk.post(at("decide", run.pk), body | {"sure": "yes"})
    assert Decision.objects.get().verdict == "accept_run"


def test_those_at_one_item_see_each_other_and_leaving_frees_it(desk):
    review, other = waiting(), Client()
    desk.get(at("change", review.pk))
    other.force_login(make_staff(email="berta@example.org"))
    assert "mod@example.org</b> is at this one" in other.get(at("change", review.pk)).content.decode()
    assert "Looking at it too: berta@example.org" in desk.post(at("here", review.pk)).content.decode()
    assert desk.post(at("leave", review.pk)).status_code == 204
    assert "is at this one" not in other.post(at("here", review.pk)).content.decode()
    assert Review.objects.get().claimed_by.email == "berta@example.org"


def test_each_page_offers_to_undo_the_last_verdict_for_ten_minutes_and_the_log_later(desk):
    review, elsewhere = waiting(), reverse("admin:events_event_changelist")
    decision = services.decide(review.pk, Verdict.APPROVE, by=User.objects.get())
    assert at("undo", decision.pk) in desk.get(elsewhere).content.decode()
    Decision.objects.update(at=decision.at - timedelta(minutes=11))
    assert at("undo", decision.pk) not in desk.get(elsewhere).content.decode()
    assert (
        at("undo", decision.pk) in desk.get(reverse("admin:moderation_decision_changelist")).content.decode()
    )
    assert "mod@example.org approved it on" in desk.get(at("undo", decision.pk)).content.decode()
    assert desk.post(at("undo", decision.pk), {"back": elsewhere}).url == elsewhere
    assert Review.objects.get().state == "open"
    assert "Undo</a>" not in desk.get(reverse("admin:moderation_decision_changelist")).content.decode()
