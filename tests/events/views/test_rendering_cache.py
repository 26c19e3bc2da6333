"""After a change many readers request the same page.

One rendering serves them, and none gets an older state than it has.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.models import Event, EventCounters, EventDay
from events.services.trends import refresh_trends
from outbox.queries import position
from outbox.renderings import changed, kept
from outbox.renderings.changed import void_all
from outbox.renderings.kept import RENDERINGS, Renderings, Wanted
from outbox.services import number_changes
from tests.factories import EVENING, announce, make_event

READERS, AT_ONCE = 60, 12


@pytest.fixture(autouse=True)
def _kept(page_cache):
    """Pages are kept."""


@pytest.fixture
def event(tonight, transactional_db):
    return make_event(title="Moonlit Jazz", start=EVENING)


def change(event, **fields):
    """Like a service: the row, the change, then its number."""
    from django.db import transaction

    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**fields)
        announce(event, kind="event.changed")
    number_changes()


def ask(path, *, client=None, number=None, epoch=None):
    here = position()
    mark = f"{epoch or here.epoch}-{here.number if number is None else number}"
    return (client or Client()).get(path, headers={"Live-After": mark})


def empty():
    """Nothing is kept any more, here and in Valkey."""
    void_all()
    RENDERINGS.clear()


def card(event, question=""):
    return f"/events/{event.id}/card{question}"


def test_a_crowd_costs_what_one_costs(event):
    paths = (card(event, "?city=bengaluru"), event.get_absolute_url(), "/bengaluru/")
    here = position()
    headers = {"Live-After": f"{here.epoch}-{here.number}"}
    for path in paths:
        Client().get(
            path, headers=headers
        )  # flags, the gazetteer and counts by city are read once in a while
        empty()
        with CaptureQueriesContext(connection) as alone:
            first = Client().get(path, headers=headers)
        assert first.status_code == 200
        empty()
        start = Barrier(AT_ONCE)

        def read(_, path=path, start=start):
            queries = []

            def count(execute, sql, *rest):
                if "outbox_" not in sql:
                    queries.append(sql)
                return execute(sql, *rest)

            with connection.execute_wrapper(count):
                start.wait(60)
                answers = [Client().get(path, headers=headers) for _ in range(READERS // AT_ONCE)]
            connection.close()
            return (
                len(queries),
                {answer.content for answer in answers},
                {answer.status_code for answer in answers},
            )

        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(read, range(AT_ONCE)))
        own = [query for query in alone if "outbox_" not in query["sql"]]
        assert sum(queries for queries, _, _ in found) == len(own)
        assert set().union(*(contents for _, contents, _ in found)) == {found[0][1].pop()}
        assert set().union(*(statuses for _, _, statuses in found)) == {200}


def test_nobody_gets_less_than_it_has_heard_of(event):
    path = card(event)
    before = position().number
    assert b"band--cancelled" not in ask(path).content
    change(event, happening="cancelled")
    assert position().number > before
    assert b"band--cancelled" in ask(path).content
    assert b"band--cancelled" in ask(path, number=before).content
    change(event, publication="removed")
    assert ask(path).status_code == 410
    assert ask(path).status_code == 410


def test_what_commits_while_it_is_rendered_is_not_taken_as_shown(event, monkeypatch):
    from events.views import event as view

    def meanwhile(*args, **kwargs):
        found = card_of(*args, **kwargs)
        monkeypatch.setattr(view, "card", card_of)
        change(event, happening="cancelled")
        return found

    card_of = view.card
    monkeypatch.setattr(view, "card", meanwhile)
    assert b"band--cancelled" not in ask(card(event)).content
    assert b"band--cancelled" in ask(card(event)).content


def is_rendered(path, **asked):
    """Whether the event was read from the database for this response."""
    with CaptureQueriesContext(connection) as seen:
        assert ask(path, **asked).status_code in (200, 204)
    return any("events_event" in query["sql"] for query in seen)


def test_another_epoch_another_question_and_time_are_another_answer(event, monkeypatch):
    assert is_rendered(card(event))
    assert not is_rendered(card(event))
    assert is_rendered(card(event), epoch="another")
    assert is_rendered(card(event), number=position().number + 1)
    assert is_rendered(card(event, "?city=bengaluru"))
    assert is_rendered(card(event, "?city=bengaluru&category=film"))
    assert ask(card(event, "?city=bengaluru")).status_code == 200
    assert ask(card(event, "?city=bengaluru&category=film")).status_code == 204
    later = kept.time() + kept.VALKEY_SECONDS
    for module in (kept, changed):
        monkeypatch.setattr(module, "time", lambda: later)
    assert is_rendered(card(event))
    assert not is_rendered(card(event))


def test_a_personal_request_is_neither_answered_from_it_nor_kept(event):
    person = Client()
    person.force_login(User.objects.create_user("a@example.com", "correct horse battery"))
    path = event.get_absolute_url()
    assert is_rendered(path, client=person)
    assert is_rendered(path)
    assert not is_rendered(path)
    assert is_rendered(path, client=person)


@pytest.mark.parametrize("mark", ["", "3", "-", "e-", "e-x", "e-" + "9" * 30])
def test_a_mark_that_is_none_asks_for_nothing_newer(event, mark):
    assert is_rendered(card(event))
    with CaptureQueriesContext(connection) as seen:
        assert Client().get(card(event), headers={"Live-After": mark}).status_code == 200
    assert not any("events_event" in query["sql"] for query in seen)


def test_so_much_is_kept(monkeypatch, db):
    def keep(key, size):
        wanted = Wanted(key=key, topics=frozenset(), begun=("e", 1, 0, kept.time()))
        held.keep(wanted, status=200, content=b"x" * size, headers=())

    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    monkeypatch.setattr(kept, "LARGEST", 60)
    held = Renderings()
    for key, size in (("a", 40), ("b", 40), ("c", 61), ("a", 50), ("d", 30)):
        keep(key, size)
    assert [key for key in "abcd" if held._in_process(Wanted(key=key))] == ["a", "d"]


def test_a_city_is_read_once_and_again_after_it_was_edited(event):
    def readings(path):
        with CaptureQueriesContext(connection) as seen:
            found = Client().get(path)
        assert found.status_code == 200
        return found.content.decode(), sum('FROM "places_city"' in query["sql"] for query in seen)

    readings("/bengaluru/")
    assert readings("/bengaluru/music/")[1] == 0
    city = event.city
    city.name = "Bengaluru the Garden City"
    city.save()
    content, count = readings("/bengaluru/film/")
    assert "Bengaluru the Garden City" in content
    assert count >= 1
    city.state = "hidden"
    city.save()
    assert Client().get("/bengaluru/film/").status_code == 404


def test_what_was_opened_most_is_chosen_once_and_named_as_it_is_now(event):
    events = [make_event(title=f"Show {number}", start=EVENING, city=event.city) for number in range(4)]
    for each in events:
        EventDay.objects.create(event=each, day=EVENING.date(), views=30)
        EventCounters.objects.create(event=each, views=30)
    refresh_trends(now=EVENING)

    def named(path="/bengaluru/"):
        with CaptureQueriesContext(connection) as seen:
            html = Client().get(path).content.decode()
        line = html.partition("Trending this week:")[2].partition("</p>")[0]
        chosen = sum(
            'FROM "events_event"' in query["sql"] and '"events_eventtrend"' in query["sql"] for query in seen
        )
        return re.findall(r">([^<]+)</a>", line), chosen

    first, chosen = named()
    assert len(first) == 3
    assert chosen == 1
    by_title = {each.title: each for each in events}
    change(by_title[first[0]], happening="cancelled")
    change(by_title[first[1]], title="Another name")
    second, chosen = named()
    assert chosen == 0
    assert second[:2] == ["Another name", first[2]]
    assert first[0] not in second
