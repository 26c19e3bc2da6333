"""The page, the state and the calendar file of events that were saved on a device."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.enums import Publication
from events.models import Event
from tests.factories import NOW, make_city, make_event

pytestmark = pytest.mark.django_db


def _query(*events: Event) -> str:
    return "&".join(f"id={event.id.hex}" for event in events)


def test_saved_events_come_by_start_and_what_is_over_stands_apart(client: Client) -> None:
    city = make_city()
    later = make_event(title="Later one", start=NOW + timedelta(days=3), city=city)
    soon = make_event(title="Soon one", start=NOW + timedelta(days=1), city=city, happening="cancelled")
    over = make_event(title="Former one", start=NOW - timedelta(days=3), city=city)
    html = client.get(f"/saved/?{_query(later, over, soon)}").content.decode()
    at = [html.index(words) for words in ("Coming up", "Soon one", "Later one", ">Over<", "Former one")]
    assert at == sorted(at)
    assert "Cancelled" in html
    assert f'data-forget="{over.id.hex}"' in html
    assert f"/saved.ics?id={soon.id.hex}&amp;id={later.id.hex}" in html
    assert 'name="robots" content="noindex"' in html


def test_what_was_taken_down_is_said_without_its_title(client: Client) -> None:
    removed = make_event(title="Taken down", publication=Publication.REMOVED)
    answer = client.get(f"/saved/?{_query(removed)}&id={uuid4().hex}").content.decode()
    assert "2 saved events are no longer listed" in answer
    assert "Taken down" not in answer


@pytest.mark.parametrize("publication", ["draft", "pending", "rejected", "flagged", "removed"])
def test_a_device_learns_what_is_gone(client: Client, publication: str) -> None:
    event = make_event(publication=publication)
    assert client.get(f"/saved/state?{_query(event)}").json() == {
        "events": {},
        "moved": {},
        "gone": [event.id.hex],
    }


def test_a_device_learns_versions_and_the_survivors_of_merges(client: Client) -> None:
    survivor, plain = make_event(title="Survivor"), make_event(title="Plain")
    middle = make_event(publication=Publication.MERGED, merged_into=survivor)
    merged = make_event(publication=Publication.MERGED, merged_into=middle)
    looped = make_event(publication=Publication.MERGED, merged_into=survivor)
    end = make_event(publication=Publication.MERGED, merged_into=looped)
    Event.objects.filter(pk=looped.pk).update(merged_into=end)
    with CaptureQueriesContext(connection) as queries:
        found = client.get(f"/saved/state?{_query(merged, plain, looped)}")
    assert found.json() == {
        "events": {
            held.id.hex: {"href": held.get_absolute_url(), "version": held.version}
            for held in (survivor, plain)
        },
        "moved": {merged.id.hex: survivor.id.hex},
        "gone": [looped.id.hex],
    }
    assert len(queries) == 3
    assert found["Cache-Control"] == "private, no-store"
    assert "Survivor" in client.get(f"/saved/?{_query(merged)}").content.decode()


def test_a_hundred_events_cost_a_few_queries_and_more_are_not_read(client: Client) -> None:
    city = make_city()
    events = [make_event(title=f"Number {number}", city=city) for number in range(101)]
    with CaptureQueriesContext(connection) as queries:
        html = client.get(f"/saved/?{_query(*events)}").content.decode()
    assert html.count('<li class="card') == 100
    assert len(queries) <= 5


def test_the_calendar_file_has_the_saved_events_with_their_state(client: Client) -> None:
    kept, cancelled = make_event(title="Kept"), make_event(title="Off", happening="cancelled")
    removed = make_event(title="Taken down", publication=Publication.REMOVED)
    answer = client.get(f"/saved.ics?{_query(kept, cancelled, removed)}")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 2
    assert "STATUS:CANCELLED" in text
    assert "Taken down" not in text


def test_hostile_ids_are_left_out(client: Client) -> None:
    event = make_event(title="Kept")
    asked = f"{_query(event)}&id=&id=..&id={'0' * 33}&id=x&id={'٣' * 32}&id={event.id}"
    assert client.get(f"/saved/state?{asked}").json()["events"].keys() == {event.id.hex}


def test_without_script_the_page_says_why_it_is_empty(client: Client) -> None:
    html = client.get("/saved/").content.decode()
    assert "Without JavaScript nothing can be kept" in html.split("<noscript>")[1].split("</noscript>")[0]
    assert '<p class="empty" id="saved-none" hidden>' in html
