"""The page on which a moderator reads a sample of a source: each event beside its record, right or wrong."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from events.models import Event
from moderation.models import Reading
from sources.models import Source, StagedEvent
from tests.factories import make_person, make_staff
from tests.sources.feeds import feed_source, many, take

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>"
RIGHTS = ("moderation.change_review", "sources.view_source")


@pytest.fixture
def source() -> Source:
    feed = feed_source()
    take(feed, many(3))
    return feed


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def address(source: Source, **query: str) -> str:
    reported = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('admin:sources_source_sample', args=[source.pk])}?name=a&{reported}"


def say(desk: Client, source: Source, verdict: str = "right", **form: Any) -> Any:
    event = desk.get(address(source)).context["event"]
    data = {"name": "a", "event": event.pk, "version": event.version, "verdict": verdict} | form
    return desk.post(address(source), data, follow=True)


def said(answer: Any) -> str:
    return " ".join(map(str, answer.context["messages"]))


def test_an_event_stands_beside_its_raw_record(desk: Client, source: Source) -> None:
    answer = desk.get(address(source))
    record = StagedEvent.objects.get(event=answer.context["event"])
    assert escape(record.raw.strip().splitlines()[0]) in answer.content.decode()
    assert {row["name"]: row["value"] for row in answer.context["rows"]}["title"] == record.title


def test_it_can_be_left_and_continued_until_all_are_read(desk: Client, source: Source) -> None:
    assert "0 of 3 read" in desk.get(address(source)).content.decode()
    say(desk, source)
    answer = say(desk, source, "wrong", field=["start", "price"], note="the day")
    assert "2 of 3 read, 1 of 2 wrong" in answer.content.decode()
    assert "All 3 were read" in say(desk, source).content.decode()
    reading = Reading.objects.get(wrong=True)
    assert (reading.fields, reading.note, reading.origin_id, reading.sample) == (
        ["start", "price"],
        "the day",
        source.pk,
        "a",
    )


def test_a_word_can_be_changed_later(desk: Client, source: Source) -> None:
    first = desk.get(address(source)).context["event"]
    say(desk, source, "wrong", field=["price"])
    page = desk.get(address(source, event=first.pk))
    assert [row["name"] for row in page.context["rows"] if row["wrong"]] == ["price"]
    say(desk, source, event=first.pk)
    assert list(Reading.objects.values_list("wrong", "fields")) == [(False, [])]


def test_a_form_that_was_sent_twice_counts_once(desk: Client, source: Source) -> None:
    event = desk.get(address(source)).context["event"]
    for _ in range(2):
        say(desk, source, "wrong", event=event.pk)
    assert Reading.objects.count() == 1


def test_a_form_of_values_that_have_changed_since_keeps_nothing(desk: Client, source: Source) -> None:
    event = desk.get(address(source)).context["event"]
    assert "has changed since" in said(say(desk, source, version=event.version + 1))
    Event.objects.filter(pk=event.pk).update(publication="removed")
    assert "no longer published" in said(say(desk, source, event=event.pk, version=event.version))
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {"event": "x"}, {"event": "0" * 32}, {"verdict": "maybe"}, {"verdict": ""}, {"field": ["secret"]}, {"field": ["title"]},
        {"version": ""}, {"version": "9" * 400}, {"version": "-1"}, {"version": "²"},
    ],
)  # fmt: skip
def test_a_form_that_was_tampered_with_keeps_nothing_and_says_so(
    desk: Client, source: Source, form: dict[str, Any]
) -> None:
    answer = say(desk, source, **form)
    assert (answer.status_code, bool(said(answer)), Reading.objects.count()) == (200, True, 0)


@pytest.mark.parametrize(
    "query", [{"name": "a" * 39 + "é" * 400}, {"event": "x"}, {"after": EVIL}, {"event": "0" * 32}]
)
def test_a_query_that_was_tampered_with_shows_the_sample(
    desk: Client, source: Source, query: dict[str, str]
) -> None:
    answer = desk.get(address(source, **query))
    assert (answer.status_code, answer.context["size"]) == (200, 3)


def test_hostile_and_giant_values_stay_text_of_bounded_length(desk: Client, source: Source) -> None:
    Event.objects.update(title=EVIL, description="x" * 900_000, url="javascript:alert(1)")
    StagedEvent.objects.update(raw="[" * 200_000 + EVIL)
    say(desk, source, "wrong", note=EVIL + "n" * 2_000)
    text = desk.get(address(source, event=Reading.objects.get().event_id)).content.decode()
    assert (EVIL in text, 'href="javascript:' in text, len(text) < 120_000) == (False, False, True)


@pytest.mark.parametrize(
    "rights", [(), RIGHTS[:1], RIGHTS[1:], ("sources.change_source", "events.publish_event")]
)
def test_without_both_rights_nothing_is_shown_or_kept(
    client: Client, source: Source, rights: tuple[str, ...]
) -> None:
    person = make_person(email="a@example.org", is_staff=True, rights=rights)
    client.force_login(person)
    event = Event.objects.all()[0]
    form = {"name": "a", "event": event.pk, "version": event.version, "verdict": "wrong"}
    assert {client.get(address(source)).status_code, client.post(address(source), form).status_code} == {403}
    assert not Reading.objects.exists()


def test_the_queries_do_not_grow_with_the_sample(desk: Client, source: Source) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(address(source)).status_code == 200
        return len(seen)

    few = queries()
    take(source, many(30))
    assert queries() == few


def test_the_api_of_sources_tells_both_shares(desk: Client, source: Source) -> None:
    say(desk, source, "wrong", field=["price"])
    (row,) = desk.get("/api/v1/admin/sources").json()["results"]
    assert row["shares"] == {
        "events": 3, "published": 3, "published_share": 1.0, "sample": "a", "read": 1, "wrong": 1, "wrong_share": 1.0,
    }  # fmt: skip
