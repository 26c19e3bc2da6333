"""From outside, in a browser: a reader reports on a phone and sees the answer, a submission is followed to its appeal."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services import decide
from sources import tasks
from sources.forms import stamp
from sources.models import Source
from sources.triggers.inbox import drain
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_categories, make_city, make_event, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: The queue, which is shown once nothing waits any more.
EMPTY = re.compile(r"/admin/moderation/review/(\?.*)?$")


@pytest.fixture(autouse=True)
def _house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(tasks.process_inbox, "delay", lambda *_: None)


def open_review(desk: "Page", live_server: Any, kind: ReviewKind) -> Review:
    """Show the only review of the kind at the desk."""
    review: Review = elsewhere(lambda: Review.objects.get(kind=kind))
    desk.goto(live_server.url + reverse("admin:moderation_review_change", args=[review.pk]))
    desk.locator(f"#desk[data-ready] article[data-review='{review.pk}']").wait_for()
    return review


def test_a_reader_reports_in_two_taps_and_the_page_says_what_a_moderator_found(
    desk: "Page", phone: Callable[..., "Page"], live_server: Any
) -> None:
    event = elsewhere(
        lambda: make_event(title="Raga at Dusk", city=make_city(), start=timezone.now() + timedelta(days=2))
    )
    page = phone(bypass_csp=True)
    page.goto(live_server.url + event.get_absolute_url())
    page.get_by_text("Something wrong?").tap()
    assert barriers(page, "details.report") == []
    page.get_by_role("button", name="It is cancelled").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    open_review(desk, live_server, ReviewKind.REPORT)
    assert "It is cancelled · not signed in, first report" in desk.locator(".desk__said").inner_text()
    desk.get_by_role("button", name="It is cancelled: say so to readers").click()
    desk.wait_for_url(EMPTY)
    page.get_by_role("link", name="Back to the event").tap()
    page.get_by_role("heading", name="Raga at Dusk").wait_for()
    assert "Cancelled" in page.locator("main").inner_text()


def submitted() -> tuple[str, str]:
    """The paths of the thanks for a submission, which is read and then rejected by a moderator, and of its link."""
    make_city()
    make_categories()
    day = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    body = {
        "title": "Jazz at Dawn",
        "start": f"{day}T20:00",
        "city": "bengaluru",
        "venue": "Blue Room",
        "description": "Two sets.",
    }
    thanks = Client().post("/submit/", {**body, "opened": stamp(opened_at=time.time() - 60)})["Location"]
    list(drain(Source.objects.get(slug="submissions")))
    found = re.search(r"follow=([0-9a-f]{64})", thanks)
    assert found
    return thanks, f"/submit/{found[1]}/"


def reject() -> None:
    review = Review.objects.get(kind=ReviewKind.EVENT, object_id=Event.objects.get().pk)
    decide(review.pk, Verdict.REJECT, by=make_staff(email="anna@example.org"), reason="out_of_area")


def test_a_submission_is_followed_rejected_appealed_and_judged_by_another_moderator(
    desk: "Page", phone: Callable[..., "Page"], live_server: Any
) -> None:
    thanks, link = elsewhere(submitted)
    page = phone(bypass_csp=True)
    page.goto(live_server.url + thanks)
    assert barriers(page) == []
    page.get_by_role("link", name="Follow it").tap()
    page.get_by_role("heading", name="It waits for a moderator").wait_for()
    elsewhere(reject)
    page.reload()
    assert barriers(page) == []
    assert "The reason: out of area." in page.locator("main").inner_text()
    page.get_by_label("Why should it be listed?").fill("The Blue Room is in the middle of the city.")
    page.get_by_role("button", name="Appeal").tap()
    page.get_by_text("Sent. A moderator reads it.").wait_for()
    open_review(desk, live_server, ReviewKind.APPEAL)
    desk.get_by_label("Write to the submitter").fill("You are right, sorry.")
    desk.get_by_role("button", name="Send").click()
    desk.get_by_text("You are right, sorry.").wait_for()
    desk.get_by_role("button", name="List it").click()
    desk.wait_for_url(EMPTY)
    page.goto(live_server.url + link)
    page.get_by_role("heading", name="It is listed").wait_for()
    assert "A moderator" in page.locator(".thread").inner_text()
    page.get_by_role("link", name="See its page").tap()
    page.get_by_role("heading", name="Jazz at Dawn").wait_for()
