"""Pages are kept for all readers until what they show changes, and hold nothing that is one reader's."""

import gzip
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import User
from events.models import Event
from outbox.renderings import changed, kept
from outbox.renderings.changed import CHANGED, void_all
from outbox.renderings.kept import RENDERINGS, Renderings, Wanted
from outbox.services import number_changes
from places.models import City
from tests.factories import EVENING, announce, make_event

pytestmark = pytest.mark.usefixtures("page_cache")


@pytest.fixture
def event(tonight: Any, transactional_db: Any) -> Event:
    found: Event = make_event(title="Moonlit Jazz", start=EVENING, price_type="paid", price_min=500)
    return found


def set_price(event: Event, price: int) -> None:
    """As a service does: the row, and the change, which is numbered after the commit."""
    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(price_min=price)
        announce(event, kind="event.changed")
    number_changes()


def pages_of(event: Event) -> list[str]:
    own = event.get_absolute_url()
    return [
        "/",
        "/bengaluru/",
        "/bengaluru/music/",
        "/bengaluru.ics",
        "/bengaluru.json",
        own,
        "/search?q=moonlit",
        "/sitemap.xml",
        "/api/v1/events?city=bengaluru",
        f"/api/v1/events/{event.pk}",
        "/api/v1/cities",
    ]


def test_a_changed_price_is_read_at_once_everywhere(event: Event) -> None:
    reader = Client()
    frames = ["/embed/list/?city=bengaluru", f"/embed/events/{event.pk.hex}/"]
    said = ["/bengaluru/", event.get_absolute_url(), "/bengaluru.json", f"/api/v1/events/{event.pk}", *frames]
    for path in said:
        assert reader.get(path)["X-Cache"] == "miss", path
        again = reader.get(path)
        assert again["X-Cache"] == "hit", path
        assert b"500" in again.content
    set_price(event, 731)
    for path in said:
        fresh = reader.get(path)
        assert b"731" in fresh.content, path
        assert fresh["X-Cache"] == "miss"


def test_another_process_hears_of_it_within_a_quarter_of_a_second(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = changed.monotonic()
    monkeypatch.setattr(changed, "monotonic", lambda: now)
    other = changed.Changed()  # nobody hints to it
    other.look()
    topic = f"events:event:{event.pk}"
    held = {"epoch": other.epoch, "number": other.number, "edition": other.edition, "topics": [topic]}
    set_price(event, 731)
    other.look()
    assert other.holds(**held)  # type: ignore[arg-type]
    monkeypatch.setattr(changed, "monotonic", lambda: now + changed.LOOK_SECONDS)
    other.look()
    assert not other.holds(**held)  # type: ignore[arg-type]
    assert other.holds(**{**held, "topics": ["events:city:elsewhere"]})  # type: ignore[arg-type]


def test_shared_pages_hold_no_token_no_nonce_and_no_cookie(event: Event) -> None:
    for path in pages_of(event):
        page = Client().get(path)
        assert page.status_code == 200, path
        assert not page.cookies, path
        assert "Cookie" not in page.get("Vary", ""), path
        assert "nonce-" not in page.get("Content-Security-Policy", ""), path
        assert b"csrfmiddlewaretoken" not in page.content, path
        assert "public" in page["Cache-Control"], path
        assert Client().get(path)["X-Cache"] == "hit", path


def test_who_is_signed_in_gets_and_leaves_nothing_that_is_shared(event: Event) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("root@example.com", "correct horse battery"))
    for path in ("/", "/bengaluru/", event.get_absolute_url(), "/bengaluru.ics", "/search?q=moonlit"):
        own = staff.get(path)
        assert own["Cache-Control"] == "private, no-cache", path
        assert "X-Cache" not in own
        first = Client().get(path)
        assert first["X-Cache"] == "miss", path
        assert b"root@example.com" not in first.content
        assert "X-Cache" not in staff.get(path)
        assert "X-Cache" not in Client().get(path, headers={"Authorization": "Bearer x"})


def test_a_reader_who_has_it_gets_304(event: Event) -> None:
    for path in ("/bengaluru/", event.get_absolute_url(), "/bengaluru.ics"):
        tag = Client().get(path)["ETag"]
        same = Client().get(path, headers={"If-None-Match": tag})
        assert same.status_code == 304, path
        assert not same.content
        assert same["ETag"] == tag
        assert Client().get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    set_price(event, 731)
    assert Client().get("/bengaluru/", headers={"If-None-Match": tag}).status_code == 200


def test_compressed_and_plain_are_kept_apart(event: Event) -> None:
    plain = Client().get("/bengaluru/")
    packed = Client().get("/bengaluru/", headers={"Accept-Encoding": "gzip"})
    again = Client().get("/bengaluru/", headers={"Accept-Encoding": "gzip"})
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == again["Content-Encoding"] == "gzip"
    assert again["X-Cache"] == "hit"
    assert gzip.decompress(again.content).startswith(b"<!doctype html>")


def test_hosts_and_questions_are_kept_apart(event: Event) -> None:
    Client().get("/bengaluru/")
    assert Client().get("/bengaluru/", HTTP_HOST="localhost")["X-Cache"] == "miss"
    assert Client().get("/bengaluru/music/")["X-Cache"] == "miss"
    assert Client().get("/bengaluru/", HTTP_HOST="evil.example").status_code == 400


def test_other_processes_find_it_in_valkey(event: Event) -> None:
    Client().get("/bengaluru/")
    wanted = Wanted(key="http://testserver/bengaluru/ ")
    other = Renderings()
    found = other.find_or_wait(wanted)
    assert found is not None
    assert wanted.answered == "valkey"
    set_price(event, 731)
    assert other.find_or_wait(Wanted(key="http://testserver/bengaluru/ ")) is None


def test_nothing_is_kept_over_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    quarter = 900.0 * 2_000_000
    wanted = Wanted(key="k", topics=frozenset(), begun=("e", 1, 0, quarter - 20))
    made = Renderings().keep(wanted, status=200, content=b"", headers=())
    assert made.until == quarter


def test_while_one_renders_others_get_what_is_only_too_old(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = event.get_absolute_url()
    Client().get(path)
    wanted = Wanted(key=f"http://testserver{path} ")
    held = RENDERINGS.find(wanted)
    assert held is not None
    monkeypatch.setattr(kept, "time", lambda: held.until + 1)
    assert RENDERINGS.find(wanted) is None
    assert RENDERINGS.find_or_wait(wanted) is None  # this one renders
    other = Wanted(key=wanted.key)
    assert RENDERINGS.find_or_wait(other) is held
    assert other.answered == "stale"
    wanted.release()


def test_what_staff_change_outside_of_the_outbox_voids_all(event: Event) -> None:
    Client().get("/bengaluru/")
    City.objects.filter(slug="bengaluru").update(name="Bangalore")
    assert b"Bangalore" not in Client().get("/bengaluru/").content
    void_all()
    assert b"Bangalore" in Client().get("/bengaluru/").content


def test_without_valkey_a_process_keeps_its_own(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise RedisConnectionError("away")

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(f"config.valkey.cache.HintCache.{name}", away)
    assert Client().get("/bengaluru/")["X-Cache"] == "miss"
    assert Client().get("/bengaluru/")["X-Cache"] == "hit"
    set_price(event, 731)
    assert b"731" in Client().get("/bengaluru/").content
    assert Client().get("/").status_code == 200


def test_who_is_far_behind_takes_all_for_void(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    Client().get("/bengaluru/")
    monkeypatch.setattr(changed, "MOST_READ", 1)
    with transaction.atomic():
        for _ in range(3):
            announce(make_event(title="Other", start=EVENING, city=None), kind="event.published")
    number_changes()
    assert Client().get("/bengaluru/")["X-Cache"] == "miss"
    assert Client().get("/bengaluru/")["X-Cache"] == "hit"
    assert CHANGED.number


def test_a_kept_page_costs_no_query_of_events(event: Event) -> None:
    for path in pages_of(event):
        Client().get(path)
        with CaptureQueriesContext(connection) as seen:
            Client().get(path)
        assert list(seen) == [], path


def test_what_is_asked_is_counted_also_where_the_answer_was_kept(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    from events.services import asked

    noted: list[str] = []
    monkeypatch.setattr(asked, "kept_text", lambda text: noted.append(text) or "")
    for path in ("/search?q=moonlit", "/api/v1/search?q=moonlit"):
        Client().get(path)
        Client().get(path)
    assert noted == ["moonlit"] * 4


def test_errors_and_redirects_are_not_kept(event: Event) -> None:
    for path in ("/nowhere/", f"/events/wrong-{event.pk.hex}/"):
        assert "X-Cache" not in Client().get(path)
        assert "X-Cache" not in Client().get(path)


def test_a_cdn_is_told_by_what_a_page_is_purged(event: Event, settings: Settings) -> None:
    settings.CDN_PURGE_URL = "https://cdn.example/purge"
    page = Client().get("/bengaluru/")
    assert "events:city:bengaluru" in page["Surrogate-Key"].split()
    assert str(event.pk) not in page["Surrogate-Key"]
    assert "s-maxage=300" in page["Cache-Control"]
    own = Client().get(event.get_absolute_url())
    assert f"events:event:{event.pk}" in own["Surrogate-Key"].split()
    assert len(re.findall(r"\S+", own["Surrogate-Key"])) <= 100


def left_of(answer: Any) -> int:
    """How many requests the caller has left."""
    return int(answer["RateLimit"].partition("r=")[2].partition(";")[0])


def test_a_kept_answer_of_the_api_is_counted_compressed_and_conditional(event: Event) -> None:
    reader, path = Client(), f"/api/v1/events/{event.pk}"
    made = reader.get(path, headers={"Accept-Encoding": "gzip"})
    kept_one = reader.get(path, headers={"Accept-Encoding": "gzip", "Authorization": "Bearer any"})
    assert (made["X-Cache"], kept_one["X-Cache"]) == ("miss", "hit")
    assert kept_one.content == made.content
    assert kept_one["Access-Control-Allow-Origin"] == "*"
    assert left_of(made) - left_of(kept_one) == 1
    same = reader.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": kept_one["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_sentences_of_the_api_are_kept_by_language(event: Event) -> None:
    path = "/api/v1/search?q=moonlit"
    languages = ("fr", "es", "fr")
    answers = [Client().get(path, headers={"Accept-Language": code}) for code in languages]
    assert [answer["X-Cache"] for answer in answers] == ["miss", "miss", "hit"]
    assert [answer["Content-Language"] for answer in answers] == list(languages)
    assert {answer["Vary"] for answer in answers} == {"Accept-Encoding, Accept-Language"}


def test_one_request_too_many_is_refused_though_the_answer_is_kept(event: Event, settings: Settings) -> None:
    reader, path = Client(), "/api/v1/cities"
    used = settings.API_RATE_LIMIT - left_of(reader.get(path))
    settings.API_RATE_LIMIT = used + 1
    assert reader.get(path)["X-Cache"] == "hit"
    refused = reader.get(path, headers={"Accept-Language": "fr"})
    assert (refused.status_code, refused["Content-Language"]) == (429, "fr")
