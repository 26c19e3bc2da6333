"""The public page of status."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from operations import views
from operations.models import ComponentState, Heartbeat, Outage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.delete_many(["dashboard:status:states", "dashboard:status:uptime"])


def page(client: Client) -> str:
    return client.get("/status/").content.decode()


def write(**states: str) -> None:
    moment = now()
    ComponentState.objects.bulk_create(
        ComponentState(name=name.replace("__", ":"), state=state, since=moment, looked_at=moment)
        for name, state in states.items()
    )


def test_it_says_what_people_use_and_names_no_source(client: Client) -> None:
    write(database="ok", disk="ok", live="down", valkey="ok", beat="ok", sources__rss="degraded", mail="off")
    text = page(client)
    assert "Something does not work" in text
    assert text.count("status__part--ok") == 1
    assert text.count("status__part--down") == text.count("status__part--degraded") == 1
    assert "rss" not in text.partition('<ul class="status">')[2].partition("</ul>")[0]


def test_what_was_not_looked_at_lately_is_not_known(client: Client) -> None:
    write(database="ok", live="ok", beat="ok", mail="ok")
    ComponentState.objects.update(looked_at=now() - timedelta(minutes=10))
    assert "We cannot say how it works now" in page(client)


def test_what_starts_is_said_to_start(client: Client) -> None:
    write(database="ok", disk="ok", live="unknown", valkey="ok", beat="ok", mail="ok")
    text = page(client)
    assert text.count("starting") == 1
    assert "does not work" not in text.partition('<ul class="status">')[2].partition("</ul>")[0]


def test_a_new_installation_has_just_started_and_says_so_for_some_minutes_only(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_STARTED", now())
    text = page(client)
    assert "It has just started" in text
    assert text.count("starting") == 4
    monkeypatch.setattr(views, "_STARTED", now() - timedelta(minutes=6))
    assert "We cannot say how it works now" in page(client)


def test_days_have_their_share_and_the_minutes_of_their_outages(client: Client) -> None:
    moment = now()
    Heartbeat.objects.create(first_at=moment - timedelta(days=3), last_at=moment)
    Outage.objects.create(
        began_at=moment - timedelta(hours=1, minutes=6), ended_at=moment - timedelta(hours=1)
    )
    text = page(client)
    assert text.count("<rect") == 90
    assert "uptime__part" in text or "uptime__most" in text
    assert "<td>6</td>" in text


def test_the_number_of_queries_is_the_same_with_many_rows(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    write(**{f"sources__{number}": "ok" for number in range(30)})
    with django_assert_max_num_queries(4):
        page(client)


def test_no_city_may_have_the_word(client: Client) -> None:
    from places.models.place import RESERVED_CITIES

    assert "status" in RESERVED_CITIES
    assert client.get("/status").status_code in (301, 308)
