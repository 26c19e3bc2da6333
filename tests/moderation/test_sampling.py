"""A repeatable sample of published events is read, and both shares are counted."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.rights import COMMAND
from events.models import Event
from moderation.exceptions import ModerationError
from moderation.models import Reading
from moderation.services.sampling import drawn, record_reading, shares, wrong_fields
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


def say(source: Source, event: Event, *, wrong: bool = True, **said: Any) -> Any:
    mark = {"sample": "a", "origin": source.pk, "by": COMMAND, "now": NOW} | said
    return record_reading(event.pk, wrong=wrong, **mark)


def test_both_shares_are_counted_and_a_second_word_replaces_the_first(source: Source) -> None:
    one, two, three = drawn("a", origin=source.pk, size=3)
    for event, wrong in ((one, True), (two, False), (three, True), (three, False)):
        say(source, event, wrong=wrong)
    found = shares(origin=source.pk)
    assert (found.published, found.events, found.wrong, found.read, found.sample) == (9, 12, 1, 3, "a")
    assert (found.published_share, found.wrong_share) == (0.75, 0.3333)
    assert shares(origin=feed_source("b").pk).wrong_share is shares().wrong_share is None


def test_the_last_sample_that_was_read_counts(source: Source) -> None:
    one, two = drawn("a", origin=source.pk, size=2)
    say(source, one)
    say(source, two, wrong=False, sample="b", now=NOW + timedelta(days=30))
    assert (shares(origin=source.pk).sample, shares(origin=source.pk).wrong) == ("b", 0)
    assert shares(origin=source.pk, sample="a").wrong == 1


def test_what_was_read_stays_in_its_sample_when_it_is_taken_down(source: Source) -> None:
    first, *others = drawn("a", origin=source.pk, size=5)
    say(source, first, fields=["price", "end"])
    Event.objects.filter(pk=first.pk).update(publication="removed")
    assert {event.pk for event in drawn("a", origin=source.pk, size=5)} == {
        one.pk for one in (first, *others)
    }
    assert (shares(origin=source.pk).wrong, wrong_fields("a", origin=source.pk)) == (
        1,
        {"end": 1, "price": 1},
    )


@pytest.mark.parametrize(
    "said",
    [{"fields": ["secret"]}, {"fields": ["price"], "wrong": False}, {"version": 99}],
    ids=["an unknown field", "right with wrong fields", "another version"],
)
def test_a_word_that_does_not_fit_is_not_kept(source: Source, said: dict[str, Any]) -> None:
    with pytest.raises(ModerationError):
        say(source, drawn("a", origin=source.pk)[0], **said)
    assert not Reading.objects.exists()


def test_a_word_on_an_event_of_another_source_is_not_kept(source: Source) -> None:
    with pytest.raises(Event.DoesNotExist):
        say(feed_source("other"), drawn("a", origin=source.pk)[0])


def command(*arguments: str) -> list[Any]:
    out = StringIO()
    call_command("read_sample", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_prints_the_sample_and_keeps_what_was_found(source: Source, client: Client) -> None:
    *events, before = command("--source", "feed", "--name", "a")
    assert (len(events), before["wrong_share"]) == (9, None)
    (after,) = command(
        "--source", "feed", "--name", "a", "--wrong", events[0]["id"], "--note", "the day", "--field", "start"
    )
    assert (after["read"], after["wrong"], after["wrong_fields"]) == (1, 1, {"start": 1})
    client.force_login(make_staff())
    page = client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "Published: 9 of 12 events (75 %). Wrong: 1 of 1 read (100 %; sample a)." in page


@pytest.mark.parametrize("arguments", [("--source", "nowhere"), ("--wrong", "x"), ("--right", "0" * 32)])
def test_what_is_not_there_is_said(source: Source, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="There is no"):
        command(*arguments)
