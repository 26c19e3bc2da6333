"""The samples are marked, the first real events of a city ask whether they shall go, and one click takes them away."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from sources import tasks
from sources.models import Source
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import make_city, make_event, make_place, make_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _make_samples() -> Source:
    """Three samples, and a source of the same city without events; returns it."""
    city, soon = make_city(), timezone.now() + timedelta(days=1)
    make_source(slug="samples", city=city, is_sample=True)
    place = make_place(name="Made-up Room", is_sample=True)
    for number in range(3):
        make_event(title=f"Made up {number}", start=soon, is_sample=True, place=place)
    return make_source(slug="town", city=city)


def test_the_first_real_events_ask_and_one_click_takes_the_samples_away(
    desk: "Page", phone: "Callable[..., Page]", live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.process_removal_of_samples, "delay", tasks.process_removal_of_samples)
    source = elsewhere(_make_samples)
    reader = phone()
    reader.goto(f"{live_server.url}/bengaluru/")
    assert reader.locator("#list .card").count() == 3
    assert reader.locator("#list .card").get_by_text("Sample", exact=True).count() == 3

    page_of_source = live_server.url + reverse("admin:sources_source_change", args=[source.pk])
    question = desk.get_by_role("link", name="Take the samples away?")
    desk.goto(page_of_source)
    assert question.count() == 0, "nothing real has arrived"
    elsewhere(lambda: make_event(title="Real", start=timezone.now() + timedelta(days=2)))
    desk.goto(page_of_source)
    assert desk.get_by_role("status").filter(has_text="Real events of Bengaluru have arrived").is_visible()
    question.click()
    assert barriers(desk, ".desk") == []
    assert "3 sample events in Bengaluru" in desk.locator(".desk").inner_text()
    desk.get_by_role("button", name="Take the samples away").click()
    desk.get_by_text("The samples are being taken away").wait_for()

    reader.reload()
    assert reader.locator("#list .card__title").all_inner_texts() == ["Real"]
    assert elsewhere(lambda: list(Event.objects.values_list("title", flat=True))) == ["Real"]
    desk.goto(page_of_source)
    assert question.count() == 0
