"""Every list of the admin: dates in one format with their zone, and words on what to do where there is no row."""

import re

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.access.world import make_world
from tests.factories import make_event, make_staff

pytestmark = pytest.mark.django_db
DATE = re.compile(r"\b20\d\d\b")
UUID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)  # one in hundreds has a part that reads as a year
WHOLE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} 20\d\d(, \d\d:\d\d ([A-Z]{2,5}|[+-]\d\d(\d\d)?))?"
)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def lists() -> dict[str, admin.ModelAdmin]:
    return {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"): shown
        for model, shown in admin.site._registry.items()
    }


def cells_of(desk: Client, address: str) -> list[str]:
    """The texts of a list's cells."""
    page = html.fromstring(desk.get(address, {"state": "all"} if "review" in address else {}).content)
    cells = page.xpath("//*[@id='result_list']//tbody//*[self::td or self::th]")
    return [" ".join(cell.text_content().split()) for cell in cells]


def test_dates_have_one_format_and_a_zone_in_every_list(desk: Client):
    with transaction.atomic():
        make_world()
        cells = {address: cells_of(desk, address) for address in lists()}
        transaction.set_rollback(True)
    other = [
        (address, cell)
        for address, found in cells.items()
        for cell in found
        if DATE.search(UUID.sub("", cell)) and not WHOLE.search(cell)
    ]
    assert other == []
    assert sum(1 for found in cells.values() for cell in found if WHOLE.fullmatch(cell)) > 20


def test_an_event_starts_in_its_own_zone(desk: Client):
    make_event(title="Late")
    make_event(title="Some day", all_day=True)
    text = desk.get(reverse("admin:events_event_changelist")).content.decode()
    assert "Sat 21 Nov 2026, 20:00 IST" in text
    assert re.search(r">\s*Sat 21 Nov 2026\s*<", text)


def test_an_empty_list_says_what_to_do(desk: Client):
    for model in (
        "sources_source",
        "sources_credential",
        "events_event",
        "sources_pause",
        "flags_flagswitch",
    ):
        address = reverse(f"admin:{model}_changelist")
        text = desk.get(address).content.decode()
        assert html.fromstring(text).text_content().count(lists()[address].when_empty) == 1
    assert (
        "Show all"
        in desk.get(reverse("admin:events_event_changelist"), {"q": "nothing such"}).content.decode()
    )
