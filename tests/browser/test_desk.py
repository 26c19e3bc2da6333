"""The desk in a real browser: one item on one screen, by keys, without a page load, and no verdict by accident."""

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from moderation.services import Filing, claim, decide, file_reviews, take_over
from tests.browser.conftest import elsewhere
from tests.factories import make_city, make_event, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def file_all() -> list[Review]:
    """Nine events, and a quarantined run that comes after them in the queue."""
    city = make_city(name="Bengaluru")
    events = [make_event(title=f"Night {n}", publication="pending", city=city) for n in range(9)]
    file_reviews(
        Filing(
            kind=ReviewKind.EVENT,
            object_id=event.id,
            title=event.title,
            city_id=city.pk,
            starts_at=event.start_at,
            evidence={"facts": {"title": event.title, "description": "Two sets. " * 200}},
        )
        for event in events
    )
    lost = ("47 of 94 events would go missing",)
    run = Filing(kind=ReviewKind.RUN, object_id=uuid7(), title="Night feed", reasons=lost, evidence={})
    file_reviews([run])
    Review.objects.filter(kind=ReviewKind.RUN).update(priority=-1)
    return list(Review.objects.order_by("-priority", "starts_at", "id"))


def address(live_server: Any, review: Review, query: str = "?q=Night") -> str:
    return f"{live_server.url}{reverse('admin:moderation_review_change', args=[review.pk])}{query}"


def ready(desk: "Page", review: Review) -> None:
    """Wait until the review is shown and takes keys."""
    desk.locator(f"#desk[data-ready] article[data-review='{review.pk}']").wait_for()


def verdicts() -> list[str]:
    return list(Decision.objects.order_by("at", "pk").values_list("verdict", flat=True))


def test_items_are_decided_by_keys_without_a_page_load(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    one, two, three, *_ = elsewhere(file_all)
    desk.emulate_media(color_scheme="light")
    desk.goto(address(live_server, one))
    ready(desk, one)
    desk.evaluate("window.loadedOnce = true; document.querySelector('#desk-queue').scrollTop = 40")
    desk.keyboard.press("r")
    assert desk.locator("[data-digit]:visible").all_inner_texts()[1].split() == ["2", "Spam"]
    desk.keyboard.press("2")
    ready(desk, two)
    assert (desk.url, desk.locator("#desk-said").inner_text()) == (
        address(live_server, two),
        f"Rejected (spam): {one.title}. Next: {two.title}",
    )
    assert desk.evaluate("document.activeElement.id") == "item-title"
    desk.emulate_media(color_scheme="dark")
    desk.keyboard.press("a")
    ready(desk, three)
    desk.keyboard.press("k")  # both before it are decided: nothing to go back to
    desk.keyboard.press("u")
    ready(desk, two)
    assert (desk.url, elsewhere(verdicts)) == (address(live_server, two), ["reject", "approve", "undo"])
    desk.keyboard.press("j")
    ready(desk, three)
    desk.keyboard.press("k")
    ready(desk, two)
    desk.go_back()
    ready(desk, three)
    desk.go_forward()
    ready(desk, two)
    assert desk.locator("#desk-list [aria-current]").get_attribute("data-review") == str(two.pk)
    assert desk.evaluate("window.loadedOnce")
    assert complaints == []


def test_the_next_item_stands_there_at_once_and_what_the_server_says_counts(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    one, two, three, four, *_ = elsewhere(file_all)
    held: list[Any] = []
    desk.route("**/decide/**", lambda route: held.append(route))

    def press(on: Review, early: Review) -> Any:
        """Approve an item once the next two are there. Returns the request; the next one stands there unanswered."""
        ready(desk, on)
        desk.wait_for_load_state("networkidle")
        desk.keyboard.press("a")
        desk.locator(f"#desk:not([data-ready]) #desk-item article[data-review='{early.pk}']").wait_for()
        assert "As readers will see it" in desk.locator("#desk-item [data-evidence]").inner_text()
        page = desk.locator("#desk-item iframe").evaluate("(frame) => frame.contentDocument.body.innerText")
        assert early.title in page
        assert desk.locator("#desk-item #verdicts").evaluate("(form) => form.inert")
        desk.keyboard.press("a")  # it takes no keys yet
        return held.pop()

    desk.goto(address(live_server, one))
    request = press(one, two)
    assert (desk.url, elsewhere(verdicts)) == (address(live_server, one), [])
    desk.evaluate("document.querySelector('#desk-item iframe').contentDocument.title = 'the same frame'")
    desk.evaluate(
        "document.querySelector('#desk-item [data-evidence]').append(document.createElement('form'))"
    )
    desk.evaluate("document.querySelector('#desk-item [data-evidence] form').inert = true")
    with desk.expect_response("**/decide/**") as answer:
        request.continue_()
    ready(desk, two)
    assert "<desk-kept>" in answer.value.text()
    assert (
        desk.locator("article iframe").evaluate("(frame) => frame.contentDocument.title") == "the same frame"
    )
    assert desk.locator("#desk-item [inert]").count() == 0
    assert (desk.url, elsewhere(verdicts)) == (address(live_server, two), ["approve"])

    press(two, three).abort()  # the line is cut: back to what may not be decided
    desk.get_by_text("The server cannot be reached").wait_for()
    assert desk.locator("#desk-item article").get_attribute("data-review") == str(two.pk)
    complaints.clear()  # of the browser, about the line

    berta = elsewhere(lambda: make_staff(email="berta@example.org"))
    elsewhere(lambda: claim(three.pk, by=berta))
    press(two, three).continue_()  # somebody took the one that is shown: another comes
    ready(desk, four)
    elsewhere(
        lambda: take_over(four.pk, by=berta) and decide(four.pk, Verdict.REJECT, by=berta, reason="spam")
    )
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("a")
    desk.wait_for_function("() => true")
    held.pop().continue_()  # and this one was decided meanwhile
    desk.get_by_role("alert").filter(has_text="is decided: berta@example.org").wait_for()
    assert desk.locator("#desk-item article").get_attribute("data-review") == str(four.pk)
    assert elsewhere(verdicts) == ["approve", "approve", "reject"]


def test_no_key_applies_a_run_and_what_cannot_be_undone_asks_first(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    *_, last, run = elsewhere(file_all)
    desk.goto(address(live_server, last))
    ready(desk, last)
    desk.keyboard.press("a")
    desk.keyboard.press("a")  # pressed twice: the second must not fall onto what comes
    desk.locator("article[data-kind='run']").wait_for()
    ready(desk, run)
    for key in "armdf":
        desk.keyboard.press(key)
    desk.get_by_role("button", name="Apply the run").click()
    asked = desk.locator("#ask-effect")
    assert "47 of 94 events would go missing" in asked.inner_text()
    assert "cannot be undone" in asked.inner_text()
    desk.keyboard.press("Escape")
    desk.locator("#verdicts").wait_for()
    assert elsewhere(verdicts) == ["approve"]
    desk.goto(f"{live_server.url}{reverse('admin:events_event_changelist')}")
    desk.keyboard.press("Alt+KeyU")
    desk.get_by_text(f"Undone (approved): {last.title}").wait_for()
    assert (desk.url.endswith("/admin/events/event/"), elsewhere(verdicts)) == (True, ["approve", "undo"])
    assert complaints == []


def test_who_comes_second_sees_the_name_and_takes_over(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    one, *_ = elsewhere(file_all)
    elsewhere(lambda: claim(one.pk, by=make_staff(email="anna@example.org")))
    desk.goto(address(live_server, one))
    ready(desk, one)
    assert "anna@example.org is at this one" in desk.locator(".desk__held").inner_text()
    desk.get_by_role("button", name="Take it over").click()
    desk.locator("#verdicts").wait_for()
    parts = {"include": [["#desk"]], "exclude": [[".desk__panel"]]}
    assert [problem["id"] for problem in Axe().run(desk, context=parts).response["violations"]] == []
    assert complaints == []


#: The dialog's distance from each side of the window, and whether its own text is wider than it.
DIALOG = """() => {
  const dialog = document.querySelector("dialog[open]"), box = dialog.getBoundingClientRect();
  return [box.left, innerWidth - box.right, box.top, innerHeight - box.bottom, dialog.scrollWidth > dialog.clientWidth].map(Math.round);
}"""


def test_the_keys_are_listed_in_the_middle_can_be_off_and_nothing_needs_them(
    desk: "Page", live_server: Any, complaints: list[str]
) -> None:
    one, two, three, *_ = elsewhere(file_all)
    desk.goto(address(live_server, one))
    ready(desk, one)
    keys = desk.get_by_role("button", name="Keys")
    keys.click()
    dialog = desk.get_by_role("dialog", name="Keys")
    for width, height in ((390, 700), (640, 400), (1280, 800)):
        desk.set_viewport_size({"width": width, "height": height})
        left, right, top, bottom, is_cut = desk.evaluate(DIALOG)
        assert (abs(left - right) <= 1, abs(top - bottom) <= 1, min(left, top) >= 16, is_cut) == (
            True,
            True,
            True,
            0,
        )
    assert desk.evaluate("document.activeElement.id") == "keys-title"
    for _ in range(3):
        desk.keyboard.press("Tab")
        assert desk.evaluate(
            "!document.activeElement.closest('#desk') || !!document.activeElement.closest('dialog')"
        )
    dialog.get_by_label("Keys off on this device").check()
    desk.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert keys.evaluate("one => one === document.activeElement")
    desk.reload()
    ready(desk, one)
    assert desk.locator("#verdicts kbd:visible, [aria-keyshortcuts]").count() == 0
    for key in "aj?":
        desk.keyboard.press(key)
    assert (dialog.is_visible(), elsewhere(verdicts)) == (False, [])
    desk.get_by_role("textbox", name="Note").press("Enter")
    desk.locator("summary", has_text="Reject").click()
    desk.get_by_role("button", name="Spam").click()
    ready(desk, two)
    desk.get_by_role("button", name="Undo").click()
    ready(desk, one)
    desk.get_by_role("link", name="Next").click()
    ready(desk, two)
    assert elsewhere(verdicts) == ["reject", "undo"]
    assert elsewhere(lambda: Review.objects.get(pk=one.pk).claimed_by) is None
    assert complaints == []
