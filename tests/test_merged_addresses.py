"""The answers for a merged event's addresses: page, calendar, API, lists and the feed of changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Max
from django.test import Client

from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.models import Event
from outbox import services as outbox
from outbox.models import Change
from tests.factories import NOW, make_origin, make_staff, record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> tuple[Event, Event, Event]:
    """Three events, of which the first was merged into the second, and that into the third."""
    first, second, third = (
        record_event(title=f"Raga {name}", origin=make_origin(slug=name), external_id=name) for name in "abc"
    )
    services.merge(second.id, first.id, now=NOW + timedelta(hours=1), by=PIPELINE)
    services.merge(third.id, second.id, now=NOW + timedelta(hours=2), by=PIPELINE)
    first, second, third = (Event.objects.get(pk=event.pk) for event in (first, second, third))
    return first, second, third


def lead(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, response.headers.get("Location", "")


def test_every_address_of_a_chain_leads_straight_to_the_last(
    client: Client, chain: tuple[Event, Event, Event]
) -> None:
    *merged, last = chain
    for event in merged:
        assert lead(client, event.get_absolute_url()) == (301, last.get_absolute_url())
        assert lead(client, f"/api/v1/events/{event.id}") == (301, f"/api/v1/events/{last.id}")
        assert lead(client, f"{event.get_absolute_url().rstrip('/')}.ics") == (
            301,
            f"{last.get_absolute_url().rstrip('/')}.ics",
        )
    assert client.get(last.get_absolute_url()).status_code == 200


def test_what_was_removed_is_gone_at_every_address_that_led_there(
    client: Client, chain: tuple[Event, Event, Event]
) -> None:
    first, _, last = chain
    services.change_status(
        last.id,
        Publication.REMOVED,
        reason="Its organizer asked for it.",
        by=make_staff(),
        now=NOW + timedelta(hours=3),
    )
    for path in (
        last.get_absolute_url(),
        f"/api/v1/events/{last.id}",
        f"{last.get_absolute_url().rstrip('/')}.ics",
    ):
        assert client.get(path).status_code == 410, path
    for path in (first.get_absolute_url(), f"/api/v1/events/{first.id}"):
        assert client.get(path, follow=True).status_code == 410, path


def test_after_the_undoing_each_answers_for_itself(client: Client, chain: tuple[Event, Event, Event]) -> None:
    first, second, last = chain
    services.unmerge(second.id, by=make_staff())
    assert lead(client, f"/api/v1/events/{first.id}") == (301, f"/api/v1/events/{second.id}")
    for event in Event.objects.filter(pk__in=[second.pk, last.pk]):
        assert client.get(event.get_absolute_url()).status_code == 200
        assert client.get(f"/api/v1/events/{event.id}").json()["id"] == str(event.id)
        assert client.get(f"{event.get_absolute_url().rstrip('/')}.ics").status_code == 200
    services.unmerge(first.id, by=PIPELINE)
    first.refresh_from_db()
    assert client.get(first.get_absolute_url()).status_code == 200


def listed(client: Client, since: datetime) -> set[str]:
    page = client.get("/api/v1/events", {"updated_since": since.isoformat()}).json()
    return {row["id"] for row in page["results"]}


def test_lists_tell_the_survivor_as_changed_and_the_merged_no_more(
    client: Client, chain: tuple[Event, Event, Event]
) -> None:
    first, second, last = chain
    assert listed(client, NOW + timedelta(hours=1)) == {str(last.id)}
    services.unmerge(second.id, now=NOW + timedelta(hours=4), by=PIPELINE)
    assert listed(client, NOW + timedelta(hours=4)) == {str(second.id), str(last.id)}


def changes(client: Client, after: int) -> list[dict[str, Any]]:
    outbox.number_changes()
    found: list[dict[str, Any]] = client.get(f"/api/v1/changes?after={after}").json()["results"]
    return found


def test_who_syncs_hears_of_the_merge_with_the_survivor_and_of_the_undoing(client: Client) -> None:
    kept, gone = (
        record_event(title=f"Raga {name}", origin=make_origin(slug=name), external_id=name) for name in "ab"
    )
    outbox.number_changes()
    before = Change.objects.aggregate(last=Max("number"))["last"]
    services.merge(kept.id, gone.id, by=PIPELINE)
    reported = changes(client, before)
    (merged,) = [one for one in reported if one["type"] == "event.merged"]
    assert (merged["topic"], merged["data"]["survivor"]) == (f"events:event:{gone.id}", str(kept.id))
    assert f"events:event:{kept.id}" in {one["topic"] for one in reported if one["type"] == "event.changed"}
    services.unmerge(gone.id, by=PIPELINE)
    again = changes(client, reported[-1]["offset"])
    assert ("event.published", f"events:event:{gone.id}") in {(one["type"], one["topic"]) for one in again}
