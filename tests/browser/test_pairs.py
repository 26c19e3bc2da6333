"""Duplicates side by side in a real browser: values chosen, the other one kept, "Same as" by typing, axe clean."""

import os
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from events.models import Event
from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import Filing, file_reviews
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_city, make_event

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
_TITLES = ("Jazz Night at the Blue Room", "Jazz Nights @ Blue Room", "A Night of Jazz")


def file_pair() -> Review:
    make_city(name="Bengaluru")
    points = ((12.97, 77.6), (12.9703, 77.6001), (None, None))
    first, *others = (
        make_event(title=title, lat=lat, lng=lng) for title, (lat, lng) in zip(_TITLES, points, strict=True)
    )
    make_event(title="Raga at Dusk")
    why = "titles 0.92 alike; 40 m apart; same start; prices differ"
    similar = [{"event": str(one.pk), "similarity": 0.84, "reasons": why} for one in others]
    file_reviews(
        [
            Filing(
                kind=ReviewKind.MATCH,
                object_id=first.pk,
                title=first.title,
                city_id=first.city_id,
                starts_at=first.start_at,
                evidence={"similar": similar},
            )
        ]
    )
    return Review.objects.get()


def test_duplicates_are_compared_and_merged_with_a_chosen_value(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    review = elsewhere(file_pair)
    subject = str(review.object_id)
    desk.goto(live_server.url + reverse("admin:moderation_review_change", args=[review.pk]))
    desk.locator("#desk[data-ready]").wait_for()
    if folder := os.environ.get("PICTURES"):
        for width in (1440, 1024, 390):
            desk.set_viewport_size({"width": width, "height": 900})
            desk.screenshot(path=f"{folder}/pair-{width}.png", full_page=True)
    desk.set_viewport_size({"width": 1440, "height": 900})
    with desk.expect_response("**/compare/?part=1*"):
        desk.locator(f"input[name=stays][value='{subject}']").check()
    assert desk.evaluate("document.activeElement.name") == "stays"
    desk.locator(f"input[name=value-title][value='{subject}']").check()
    desk.get_by_role("combobox", name="Same as").press_sequentially("raga")
    desk.get_by_role("option").filter(has_text="Raga at Dusk").wait_for()
    assert barriers(desk, "#content") == []
    desk.keyboard.press("Escape")
    desk.locator("#item-title").click()
    with desk.expect_response("**/decide/**"):
        desk.keyboard.press("m")
    desk.get_by_text("Merged", exact=False).first.wait_for()
    kept = elsewhere(lambda: Event.objects.get(pk=subject))
    assert (kept.title, "title" in kept.locked_fields) == (_TITLES[0], True)
    assert elsewhere(lambda: Event.objects.filter(merged_into=subject).count()) == 1
    assert complaints == []


def test_the_same_event_is_found_by_typing_its_title_and_compared(desk: "Page", live_server: Any) -> None:
    review = elsewhere(file_pair)
    desk.goto(live_server.url + reverse("admin:moderation_review_change", args=[review.pk]))
    desk.locator("#desk[data-ready]").wait_for()
    field = desk.get_by_role("combobox", name="Same as")
    field.press_sequentially("raga")
    desk.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "same-0"
    field.press("Enter")
    desk.wait_for_url("**/compare/?other=*")
    assert desk.locator("#pair thead").inner_text().count("Raga at Dusk") == 1
