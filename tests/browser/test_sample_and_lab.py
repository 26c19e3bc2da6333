"""The page of a sample, the source lab, rules and trust in a browser: by keyboard, on a phone, at 200 %, by axe and by name."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from moderation.enums import FieldGroup, VerdictCause
from moderation.models import Reading, TrustSubject
from moderation.services import trusting
from sources.lab import examine
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_categories, make_staff
from tests.sources.feeds import feed_source, many, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
TOKEN = "0" * 32


def prepare() -> list[str]:
    """A source with three published events, and a finished look of the lab; the addresses of their pages."""
    make_categories()
    source = feed_source()
    take(source, many(3))
    look = {"state": "done", "wish": LOOKED_AT, "asked_at": "2026-11-21T12:00:00+00:00", "result": result()}
    cache.set(f"lab:{TOKEN}", look, 600)
    said = trusting.Said(whose=trusting.source_of(source.pk), right=frozenset(FieldGroup))
    for number in range(12):
        at = now() - timedelta(days=20 - number)
        trusting.record_verdicts([(UUID(int=number), said)], cause=VerdictCause.DECISION, now=at)
    return [
        reverse("admin:sources_source_sample", args=[source.pk]) + "?name=a",
        reverse("admin:sources_lab_look", args=[TOKEN]),
        reverse("admin:sources_lab"),
        reverse("admin:sources_source_change", args=[source.pk]),
        reverse("admin:moderation_rulesetting_changelist"),
        reverse("admin:moderation_trustsubject_change", args=[TrustSubject.objects.get().pk]),
    ]


LOOKED_AT = {"url": "https://a.example/events.json", "connector": "", "config": {}, "city": ""}


def result() -> dict[str, Any]:
    leaf = {"path": "at.road", "value": "12 Main Street", "shape": "street", "read": False}
    return {
        "connector": "json_feed", "title": "JSON", "name": "a.example", "tier": "documented", "because": "an answer in JSON",
        "config": {"url": LOOKED_AT["url"]}, "summary": {"kept": 2, "found": 3, "seconds": 0.1, "dropped": {"past": 1}},
        "verdict": examine.verdict({"found": 3, "kept": 2, "dropped": {"past": 1}}), "events": [], "coverage": {"end": 0.5, "venue": 1},
        "patterns": [{"line": "title", "pattern": "{venue} · {town}", "sample": "Blue Room · Pune", "share": 0.9, "confidence": 0.8, "used": True}],
        "unread": [{"what": "street", "path": "at.road", "count": 2, "example": "12 Main Street"}],
        "sample": [leaf, {**leaf, "path": "name", "value": "Raga", "shape": "", "read": True}],
        "mapping": {"connector": "json_feed", "config": {}, "words": "The file is read again with it."}, "untold": ["price"],
        "problems": [{"kind": "dropped", "what": "past", "count": 1}], "terms": {"Terms": "https://a.example/terms"},
        "missing_keys": [], "requests_a_day": 24, "pages": 1, "schedule_minutes": 60, "robots": {"allowed": True, "delay": 0, "detail": ""},
    }  # fmt: skip


@pytest.fixture
def opened(phone: "Callable[..., Page]", live_server: Any, transactional_db: None) -> "Callable[..., Page]":
    """Pages of a member of staff."""
    client = Client()
    elsewhere(lambda: client.force_login(make_staff()))
    name = settings.SESSION_COOKIE_NAME

    def new(**options: Any) -> "Page":
        page = phone(reduced_motion="reduce", **options)
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return new


@pytest.mark.parametrize("width", [390, 1440])
def test_no_barrier_and_nothing_off_the_side(
    opened: "Callable[..., Page]", live_server: Any, width: int
) -> None:
    """Half the width is a window at 200 %."""
    page = opened(viewport={"width": width, "height": 900}, bypass_csp=True)
    found: list[tuple[Any, ...]] = []
    for path in elsewhere(prepare):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + path)
        found += [(path, *barrier) for barrier in barriers(page, ".desk")]
        for wide in (width, max(320, width // 2)):
            page.set_viewport_size({"width": wide, "height": 450})
            over = page.evaluate("document.documentElement.scrollWidth")
            found += [] if over == wide else [(path, f"runs off the side of {wide}", [str(over)])]
    assert found == []


FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  if (!one.closest(".desk")) return null;
  const seen = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none" || style.boxShadow !== "none";
  return [one.name || one.textContent.trim().slice(0, 30), seen && box.width > 0];
}"""


def test_the_keyboard_goes_through_in_order_and_out_again_with_a_visible_focus(
    opened: "Callable[..., Page]", live_server: Any
) -> None:
    page = opened(viewport={"width": 1440, "height": 700})
    for path in elsewhere(prepare)[:2]:
        page.goto(live_server.url + path)
        page.locator(".desk :is(a, input:not([type=hidden]), button)").first.focus()
        page.keyboard.press("Shift+Tab")
        stops = []
        for _ in range(80):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUSED))
            if stops[-1] is None:
                break
        assert stops[-1] is None
        assert [stop for stop in stops[:-1] if not stop[1]] == []


def test_a_sample_is_read_by_keys_alone(opened: "Callable[..., Page]", live_server: Any) -> None:
    page = opened()
    page.goto(live_server.url + elsewhere(prepare)[0])
    page.keyboard.press("1")
    assert page.get_by_role("checkbox", name="title is wrong").is_checked()
    page.get_by_role("checkbox", name="price is wrong").press("Space")
    page.keyboard.press("w")
    page.get_by_role("status").filter(has_text="1 of 3 read, 1 of 1 wrong").wait_for()
    page.keyboard.press("r")
    page.get_by_role("status").filter(has_text="2 of 3 read").wait_for()
    assert elsewhere(lambda: list(Reading.objects.order_by("at").values_list("fields", flat=True))) == [
        ["title", "price"],
        [],
    ]
