"""A repeatable sample of published events is read, and both shares are counted."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from events.models import Event
from moderation.services.sampling import drawn, record_reading, shares
from sources.models import Source
from tests.factories import NOW, make_staff
from tests.sources.feeds import feed_source, many, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    feed = feed_source()
    take(feed, many(12))
    Event.objects.filter(pk__in=list(Event.objects.order_by("id").values_list("pk", flat=True)[:3])).update(
        publication="pending"
    )
    return feed


def test_one_name_draws_the_same_events_another_name_others(source: Source) -> None:
    first = [event.pk for event in drawn("2026-11", origin=source.pk, size=5)]
    assert first == [event.pk for event in drawn("2026-11", origin=source.pk, size=5)]
    assert first != [event.pk for event in drawn("2026-12", origin=source.pk, size=5)]
    assert len(drawn("2026-11", size=100)) == 9


def test_a_sample_of_a_source_has_no_events_of_others(source: Source) -> None:
    assert not drawn("2026-11", origin=feed_source("other").pk)


def test_both_shares_are_counted_and_a_second_word_replaces_the_first(source: Source) -> None:
    one, two, three = drawn("a", origin=source.pk, size=3)
    for event, wrong in ((one, True), (two, False), (three, True), (three, False)):
        record_reading(
            event.pk, sample="a", wrong=wrong, by=make_staff(email=f"{event.pk}{wrong}@example.org"), now=NOW
        )
    found = shares(origin=source.pk)
    assert (found.published, found.events, found.wrong, found.read, found.sample) == (9, 12, 1, 3, "a")
    assert (found.published_share, found.wrong_share, shares(origin=feed_source("b").pk).wrong_share) == (
        0.75,
        0.3333,
        None,
    )


def command(*arguments: str) -> list[Any]:
    out = StringIO()
    call_command("read_sample", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_prints_the_sample_and_keeps_what_was_found(source: Source, client: Client) -> None:
    *events, before = command("--source", "feed", "--name", "a")
    assert (len(events), before["wrong_share"]) == (9, None)
    (after,) = command("--source", "feed", "--name", "a", "--wrong", events[0]["id"], "--note", "the day")
    assert (after["read"], after["wrong"]) == (1, 1)
    client.force_login(make_staff())
    page = client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "Published: 9 of 12 events. Wrong: 1 of 1 read (sample a)." in page


@pytest.mark.parametrize("arguments", [("--source", "nowhere"), ("--wrong", "x"), ("--right", "0" * 32)])
def test_what_is_not_there_is_said(source: Source, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="There is no"):
        command(*arguments)
