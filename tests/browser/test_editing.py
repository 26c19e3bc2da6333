"""Editing in place in a real browser: keys, chips, sources, venues by typing, the map, errors, one act, one undo."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.urls import reverse

from events.models import Event
from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import Filing, file_reviews
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.test_desk import address, ready
from tests.factories import make_area, make_place, record_event

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Buttons and inputs of less than 20 pixels, where 24 are wanted with the space around them.
TOO_SMALL = """[...document.querySelectorAll('.edit button, .edit input:not([type=hidden]), .edit select')]
    .filter((one) => { const box = one.getBoundingClientRect(); return box.height && (box.height < 20 || box.width < 20); })
    .map((one) => one.outerHTML)"""


def recorded(**fields: Any) -> Event:
    with transaction.atomic():
        return record_event(**fields)


def file_one() -> Review:
    event = recorded(
        approved=False, tags=("raga",), start=datetime.fromisoformat("2027-03-27T20:00:00+05:30")
    )
    make_area(city=event.city)
    make_place(name="Red Room", city=event.city, address="2 Hill Road", lat=12.985, lng=77.61)
    file_reviews(
        [
            Filing(
                kind=ReviewKind.EVENT,
                object_id=event.id,
                title=event.title,
                city_id=event.city_id,
                evidence={"facts": {}},
            )
        ]
    )
    return Review.objects.get()


def told() -> tuple[Any, ...]:
    event = Event.objects.get()
    return event.publication, event.title, event.tags, event.venue_name, event.locked_fields


def test_an_event_is_corrected_and_approved_in_one_act_and_undone_as_one(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    review = elsewhere(file_one)
    desk.goto(address(live_server, review, ""))
    ready(desk, review)
    desk.evaluate("window.loadedOnce = true")
    desk.keyboard.press("e")
    form = desk.locator("#desk-edit form[data-edit-begun]")
    form.wait_for()  # before it has begun nothing that is typed is heard, so no venue would be suggested
    form.get_by_label("Title", exact=True).fill("Raga at Dawn")
    form.get_by_label("Tags", exact=True).press_sequentially("free entry,jazz\n")
    assert form.locator("[name=tags]").input_value() == "raga, free entry, jazz"
    form.get_by_role("button", name="Remove raga").click()
    form.get_by_label("Venue", exact=True).fill("Red")
    desk.wait_for_function("document.querySelector('#edit-venue_name option')")
    form.get_by_label("Venue", exact=True).fill("Red Room (2 Hill Road)")
    assert form.get_by_label("Address", exact=True).input_value() == "2 Hill Road"
    desk.locator("[data-pinmap-box]").press("ArrowUp")
    assert form.get_by_label("Latitude").input_value() == "12.98518"
    form.get_by_label("Time zone").fill("Europe/Vienna")
    form.get_by_label("Start day").fill("2027-03-28")
    form.get_by_label("End day").fill("2027-03-28")
    form.get_by_label("Start time").fill("02:30")
    form.get_by_role("button", name="Approve with the edit").first.click()
    alert = desk.get_by_role("alert")
    assert "02:30 on Sun 28 Mar 2027 in Europe/Vienna does not exist" in alert.inner_text()
    form.get_by_role("button", name="Take “Sat 27 Mar 2027, 20:00").click()
    assert (form.get_by_label("Start time").input_value(), form.get_by_label("Time zone").input_value()) == (
        "20:00",
        "Asia/Kolkata",
    )
    assert barriers(desk, "#desk-edit") == []
    before = elsewhere(told)
    form.get_by_role("button", name="Approve with the edit").first.click()
    desk.wait_for_url("**/admin/moderation/review/**")
    desk.get_by_text("Raga at Dusk").first.wait_for()
    desk.wait_for_function("!document.querySelector('#desk-edit form')")
    assert elsewhere(told) == (
        "approved", "Raga at Dawn", ["free entry", "jazz"], "Red Room", ["tags", "title", "venue"],
    )  # fmt: skip
    desk.keyboard.press("Alt+KeyU")
    desk.get_by_text("Undone").first.wait_for()
    assert elsewhere(told) == before
    assert [one for one in complaints if "/preview/" not in one] == []  # the frame there runs no script


def test_the_page_of_an_event_fits_and_has_no_barrier_that_axe_finds(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    event = elsewhere(recorded)
    desk.goto(live_server.url + reverse("admin:events_event_change", args=[event.pk]))
    desk.locator("form[data-edit-begun]").wait_for()
    for width in (390, 1024):
        desk.set_viewport_size({"width": width, "height": 900})
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        assert (width, desk.evaluate(TOO_SMALL), barriers(desk, ".desk")) == (width, [], [])
    assert complaints == []
