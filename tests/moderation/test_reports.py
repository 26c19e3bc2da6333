"""Readers report and correct events without an account; a moderator answers, and learns who is often right."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.limits import REPORTS
from events.models import Event
from events.services import merge
from moderation import services
from moderation.enums import ReportKind, Verdict
from moderation.models import Decision, Report, Review
from moderation.services.reports import (
    PRIORITY,
    URGENT_PRIORITY,
    Reporter,
    Said,
    forget_reporters,
    records_of,
    weigh,
)
from tests.factories import NOW, make_event, make_person, make_staff

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in ReportKind if kind is not ReportKind.CORRECTION]


@pytest.fixture(autouse=True)
def _unused_limits():
    cache.clear()


@pytest.fixture
def event() -> Event:
    return make_event(title="Raga at Dusk")


def path(event: Event) -> str:
    return f"/events/{event.pk}/report/"


def say(event: Event, key: str, kind: ReportKind = ReportKind.SPAM, **said) -> Report:
    return services.report(event.pk, Said(kind=kind, **said), reporter=Reporter(key=key), now=NOW)


def decide(event: Event, verdict: Verdict, by, **given) -> Decision:
    review = Review.objects.get(kind="report", object_id=event.pk, state="open")
    return services.decide(review.pk, verdict, by=by, version=review.version, now=NOW, **given)


def test_two_taps_send_a_report_without_cookie_or_account(client, event):
    page = client.get(event.get_absolute_url())
    buttons = set(re.findall(r'name="kind" value="(\w+)"', page.content.decode()))
    assert buttons == {kind.value for kind in KINDS}
    answer = client.post(path(event), {"kind": "cancelled"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.cookies) == (303, {})
    assert b"Thank you" in client.get(answer["Location"]).content
    review = Review.objects.get()
    assert (review.kind, review.reasons, review.evidence["reports"]) == (
        "report", ["a reader reports: it is cancelled"], {"cancelled": 1},
    )  # fmt: skip
    event.refresh_from_db()
    assert (event.publication, event.happening) == ("approved", "scheduled")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(event, headers):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path(event), {"kind": "spam"}, headers=headers).status_code == 403
    assert (
        strict.post(path(event), {"kind": "spam"}, headers={"Origin": "http://testserver"}).status_code == 303
    )
    strict.force_login(make_person())
    strict.post(path(event), {"kind": "spam"})
    assert list(Report.objects.values_list("has_account", flat=True)) == [False]
    strict.post(path(event), {"kind": "spam"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert set(Report.objects.values_list("has_account", flat=True)) == {False, True}


def test_a_bot_is_thanked_and_nonsense_is_refused_with_words(client, event):
    assert client.post(path(event), {"kind": "spam", "website2": "x"}).status_code == 303
    refused = client.post(path(event), {"kind": "dance", "note": "<b>x"})
    assert (refused.status_code, b"Choose what is wrong." in refused.content) == (400, True)
    wrong = client.post(path(event), {"kind": "correction", "title": event.title, "start_at": "soon"})
    assert (wrong.status_code, b"such as 2026-12-12T20:00" in wrong.content) == (400, True)
    assert client.post(f"/events/{Review().pk}/report/", {"kind": "spam"}).status_code == 404
    assert not Report.objects.exists()


def test_a_network_is_limited_on_the_page_and_in_the_api_together(client, event):
    api = f"/api/v1/events/{event.pk}/reports"
    for _ in range(REPORTS.limit - 1):
        client.post(path(event), {"kind": "spam"})
    assert client.post(api, {"kind": "spam"}, content_type="application/json").status_code == 202
    refused = client.post(path(event), {"kind": "spam"})
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert client.post(api, {"kind": "spam"}, content_type="application/json").status_code == 429
    assert Report.objects.count() == 1


def test_the_api_takes_corrections_and_names_what_is_wrong(client, event):
    api = f"/api/v1/events/{event.pk}/reports"
    body = {"kind": "correction", "corrections": {"title": "Raga at Dawn", "price": "Rs 300"}}
    assert client.post(api, body, content_type="application/json").json() == {"status": "accepted"}
    assert Report.objects.get().corrections == body["corrections"]
    for wrong in ({"kind": "x"}, {"kind": "correction", "corrections": {"end_at": "2001-01-01T10:00"}}):
        assert client.post(api, wrong, content_type="application/json").status_code == 400


def test_reports_gather_in_one_review_that_enough_weight_puts_first(event):
    for key, kind in (("a", ReportKind.SPAM), ("a", ReportKind.OFFENSIVE), ("b", ReportKind.SPAM)):
        say(event, key, kind)
    assert Review.objects.get().urgency == PRIORITY
    say(event, "c")
    review = Review.objects.get()
    assert (review.urgency, review.version) == (URGENT_PRIORITY, 4)
    assert review.reasons == ["3 readers report: spam", "a reader reports: offensive"]


def test_a_reader_who_is_often_wrong_sinks_and_is_still_heard(event):
    by = make_staff()
    for number in range(4):
        other = make_event(title=f"Jazz {number}")
        say(other, "wolf")
        say(other, "owl", ReportKind.CANCELLED)
        decide(other, Verdict.CANCEL, by)
        decide(other, Verdict.DISMISS, by)
    reports = [say(event, "wolf"), say(event, "owl")]
    words = {key: record.words for key, record in records_of(reports).items()}
    assert words == {"wolf": "not signed in, right 0 of 4 times", "owl": "not signed in, right 4 of 4 times"}
    assert 0 < weigh(reports[:1]) < 0.2 < 0.8 < weigh(reports[1:]) < 1
    assert Review.objects.filter(object_id=event.pk, state="open").count() == 1


def test_a_correction_is_taken_over_by_one_click_locks_and_is_undone(client, event):
    client.force_login(make_staff())
    before = Event.objects.filter(pk=event.pk).values().get()
    local = {"title": "Raga at Dawn", "start_at": "2026-12-12T06:30"}
    say(event, "a", ReportKind.CORRECTION, corrections=local, note="It is in the <b>morning</b>")
    say(event, "b")
    review = Review.objects.get()
    page = client.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert "<ins>Dawn</ins>" in page
    assert "12 Dec 2026, 06:30 IST" in re.sub(r"</?(ins|del)>", "", page)
    body = {
        "verdict": "accept_fix",
        "version": review.version,
        "other": str(Report.objects.get(reporter="a").pk),
    }
    client.post(reverse("admin:moderation_review_decide", args=[review.pk]), body)
    event.refresh_from_db()
    assert (event.title, f"{event.start_at:%H:%M}", set(event.locked_fields)) == (
        "Raga at Dawn", "01:00", {"title", "start"},
    )  # fmt: skip
    assert set(Report.objects.values_list("reporter", "state")) == {("a", "upheld"), ("b", "open")}
    services.undo(Decision.objects.get().pk, by=make_staff(email="s2@example.org"), now=NOW)
    after = Event.objects.filter(pk=event.pk).values().get()
    books = {"version", "updated_at", "moderated_by_id", "moderated_at"}
    assert {name for name in after if after[name] != before[name]} <= books
    assert set(Report.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.parametrize(
    ("verdict", "state", "publication"),
    [("uphold", "upheld", "approved"), ("dismiss", "dismissed", "approved"), ("remove", "upheld", "removed"), ("flag", "upheld", "flagged")],
)  # fmt: skip
def test_a_verdict_answers_all_reports_and_undoing_opens_them(event, verdict, state, publication):
    by = make_staff()
    say(event, "a")
    say(event, "b", ReportKind.RIGHTS)
    decision = decide(event, Verdict(verdict), by, reason="spam")
    event.refresh_from_db()
    assert (set(Report.objects.values_list("state", flat=True)), event.publication) == ({state}, publication)
    services.undo(decision.pk, by=by, now=NOW)
    event.refresh_from_db()
    assert (set(Report.objects.values_list("state", flat=True)), event.publication) == ({"open"}, "approved")
    assert Review.objects.get().state == "open"


def test_merging_a_double_that_readers_reported_upholds_them(event):
    by, twin = make_staff(), make_event(title="Raga at Dusk (2)")
    say(twin, "a", ReportKind.DUPLICATE)
    merge(event.pk, twin.pk, by=by)
    assert (Report.objects.get().state, Review.objects.get(kind="report").state) == ("upheld", "withdrawn")


def test_what_names_a_reporter_is_forgotten_in_time(event, settings):
    say(event, "a", note="I was there")
    assert forget_reporters(now=NOW) == 0
    settings.REPORTS_KEPT_DAYS = -1
    assert forget_reporters(now=NOW) == 1
    assert Report.objects.values_list("reporter", "note").get() == ("", "")
