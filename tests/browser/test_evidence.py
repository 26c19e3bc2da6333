"""The evidence of a change and of a run at the desk: it fits a narrow window, an iframe shows the page, axe finds nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.urls import reverse

from events.models import Event, Proposal
from events.services import record_events
from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import Filing, file_reviews
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import NOW, make_entry, make_origin, normalized, publish_all, record_event
from tests.sources.feeds import feed_source, many, reported, take

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
LONG = "https://example.org/" + "a" * 200
#: The narrowest cell of a table that is still one, and of a list.
LEAST = 80
#: Cells of a table in which words would break letter by letter.
_NARROW = f"[...document.querySelectorAll('.said tbody td, .said tbody th, .pair dd')].filter(cell => cell.offsetWidth && cell.offsetWidth < {LEAST}).length"
_OVER = "document.documentElement.scrollWidth - innerWidth"


@transaction.atomic
def file_both() -> list[str]:
    """A change that two sources tell differently, and a run that would lose much. Returns the addresses of both."""
    source = feed_source("town-calendar", name="Town calendar")
    take(source, many(12))
    moved = replace(reported(3, uid="anew"), start=reported(3).start + timedelta(hours=1))
    run = take(source, [*many(3), moved])
    event = record_event(url=LONG)
    other = normalized(external_id="w", title="Raga at Dawn", start=NOW + timedelta(hours=31), url=LONG + "b")
    record_events(
        [make_entry(event=other, event_id=event.id)],
        origin=make_origin(slug="weekly", trust=0.2),
        judge=publish_all,
        now=NOW,
    )
    return [_change_of(event), _address(Review.objects.get(object_id=run.id))]


def _change_of(event: Event) -> str:
    proposed = {"title": {"from": event.title, "to": "Raga at Dawn"}}
    Proposal.objects.create(event=event, origin=make_origin(), fields=proposed)
    flag = {"check": "malicious_link", "reason": "a bad link", "evidence": {"url": LONG, "text": "Tickets"}}
    facts = {**normalized().to_json(), "flags": [flag]}
    evidence = {"source": "feed", "source_name": "Feed", "facts": facts}
    filing = Filing(kind=ReviewKind.CHANGE, object_id=event.id, title=event.title, evidence=evidence)
    file_reviews([filing])
    return _address(Review.objects.get(kind=ReviewKind.CHANGE))


def _address(review: Review) -> str:
    return reverse("admin:moderation_review_change", args=[review.pk])


def test_the_evidence_fits_every_width_and_shows_the_page_in_a_frame(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    change, run = elsewhere(file_both)
    for address in (change, run):
        desk.goto(live_server.url + address)
        for width in (1440, 1024, 720, 390):  # 720: 1440 at 200 %
            desk.set_viewport_size({"width": width, "height": 900})
            assert (address, width, desk.evaluate(_OVER), desk.evaluate(_NARROW)) == (address, width, 0, 0)
        assert (address, barriers(desk, ".desk__panel")) == (address, [])
    desk.goto(live_server.url + change)
    page = desk.frame_locator(".item__page")
    page.locator("h1", has_text="Raga at Dawn").wait_for()
    assert page.locator(".card").count() == 1
    assert complaints == []
