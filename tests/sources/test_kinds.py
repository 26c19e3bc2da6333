"""An event is complete for its source's kind: what a kind cannot tell holds nothing back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from moderation.models import Review
from pipeline.contract.quality import QualityRules
from sources.models import Source
from sources.setup import quality_gates, untold
from tests.factories import make_source, make_staff
from tests.sources.feeds import calendar, feed_source, reported, take

pytestmark = pytest.mark.django_db
SHORT = ("", "Doors at seven.")


def plain(source: Source) -> dict[str, int]:
    """A calendar with times and places, and almost no words: its events by publication."""
    take(source, calendar([reported(number, description=SHORT[number % 2]) for number in range(12)]))
    found = Event.objects.filter(listings__origin=source.pk).values_list("publication", flat=True)
    return {state: list(found).count(state) for state in set(found)}


def test_a_plain_calendar_of_a_trusted_source_is_published() -> None:
    assert plain(feed_source()) == {"approved": 12}


def test_what_an_operator_asks_of_a_source_holds_for_it_alone() -> None:
    asked = feed_source("asked", untold=[])
    assert plain(asked) == {"pending": 12}
    reasons = {reason for review in Review.objects.all() for reason in review.reasons}
    assert any("Add a description of at least 40 characters." in reason for reason in reasons)
    assert quality_gates.rules_for(make_source(slug="other")).untold == untold.of_kind("ical", "")


def test_a_source_is_not_trusted_by_its_kind() -> None:
    assert plain(feed_source(trust="normal")) == {"pending": 12}


@pytest.mark.parametrize(
    ("connector", "url", "lacking"),
    [
        ("json_feed", "https://webapi.legistar.com/v1/town/events", "price"),
        ("json_feed", "https://notlegistar.com/events", None),
        ("ical", "https://town.example.org/a.ics", "image"),
        ("ticketmaster", "", None),
    ],
)
def test_a_platform_says_what_it_cannot_tell(connector: str, url: str, lacking: str | None) -> None:
    assert untold.of_kind(connector, url) >= ({lacking} if lacking else set())
    assert bool(untold.of_kind(connector, url)) is bool(lacking)


def test_the_lab_suggests_what_none_of_enough_events_had() -> None:
    seen = {"description": 1.0, "price": 0.0, "image": 0.02, "end": 0.0}
    assert untold.suggested("page", "", seen, 40) == ["end", "price"]
    assert untold.suggested("page", "", seen, 40, held={"price"}) == ["end"]
    assert untold.suggested("page", "", seen, 3) == []


def test_a_gate_of_a_source_stands_above_the_general_one() -> None:
    source = make_source(gates={"completeness": "0.3,0.5", "content": "off"})
    rules = quality_gates.rules_for(source)
    assert (rules.gates["completeness"].threshold, "content" in rules.gates) == (0.5, False)
    assert rules.settings["format"] == QualityRules().settings["format"]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def posted(desk: Client, source: Source, **changes: Any) -> str:
    page = reverse("admin:sources_source_change", args=[source.pk])
    form = desk.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in values.items() if value is not None and value is not False}
    given |= {"next_fetch_at_0": "2026-11-21", "next_fetch_at_1": "12:00:00", **changes}
    answer = desk.post(page, given)
    return answer.content.decode()


def test_the_form_is_filled_from_the_kind_and_keeps_what_differs(desk: Client) -> None:
    source = make_source(config={"url": "https://town.example.org/a.ics"})
    posted(desk, source)
    source.refresh_from_db()
    assert (source.untold, source.gates) == (None, {})
    posted(desk, source, kind__untold=["price"], kind__gate_content="0.15,0.5")
    source.refresh_from_db()
    assert (source.untold, source.gates) == (["price"], {"content": "0.15,0.5"})


def test_a_gate_that_cannot_be_is_refused_beside_its_field(desk: Client) -> None:
    source = make_source(config={"url": "https://town.example.org/a.ics"})
    assert "Give a threshold from 0 to 1" in posted(desk, source, kind__gate_content="0.15,5")
    source.refresh_from_db()
    assert source.gates == {}


def test_the_api_says_what_a_source_cannot_tell(desk: Client) -> None:
    make_source(gates={"content": "off"})
    row = desk.get("/api/v1/admin/sources").json()["results"][0]
    assert (row["untold"], row["gates"]) == (sorted(untold.of_kind("ical", "")), {"content": "off"})
