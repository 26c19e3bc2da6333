"""What a busy site answers: what is kept at once, its monitor at once, and nobody with an error of the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from config import failures
from outbox.renderings import kept
from outbox.renderings.line import Line
from tests.factories import make_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Line:
    """A line without patience whose only place another request has."""
    line = Line(1, patience=0)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(line.enter).result(timeout=30)
    for module in (kept, failures):
        monkeypatch.setattr(module, "LINE", line)
    return line


def test_a_page_is_refused_in_words(client: Client, taken: Line) -> None:
    answer = client.get("/bengaluru/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Too many people ask at the same moment. Try again in 5 seconds." in answer.content.decode()


def test_the_api_says_it_as_a_problem(client: Client, taken: Line) -> None:
    answer = client.get("/api/v1/events")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["detail"].startswith("Too many people")


def test_a_monitor_is_answered(client: Client, taken: Line) -> None:
    assert client.get("/healthz").status_code == 200


def test_what_is_kept_is_answered(client: Client, page_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_city()
    assert client.get("/bengaluru/").status_code == 200
    full = Line(1, patience=0)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(full.enter).result(timeout=30)
    monkeypatch.setattr(failures, "LINE", full)
    again = client.get("/bengaluru/")
    assert (again.status_code, again["X-Cache"]) == (200, "hit")
    assert client.get("/bengaluru/tomorrow/").status_code == 503


def test_the_place_is_free_after_each_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(1, patience=0)
    monkeypatch.setattr(failures, "LINE", line)
    for path in ("/", "/nowhere/", "/api/v1/events?nothing=1"):
        client.get(path)
    assert line.leave() is False


def test_who_gets_no_place_after_another_ones_answer_is_told_too(
    client: Client, page_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_city()

    def full(self: object, wanted: object) -> None:
        raise failures.LineFull

    monkeypatch.setattr(kept.Renderings, "find_or_wait", full)
    for path in ("/bengaluru/", "/api/v1/cities"):
        assert client.get(path).status_code == 503
