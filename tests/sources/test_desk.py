"""Sources in the admin: the list with its charts, a source's page, its form and its actions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sources import tasks
from sources.models import Credential, FetchRun, Pause, Source
from tests.factories import NOW, make_source, make_staff

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>"
LIST = "/admin/sources/source/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def ended(source: Source, state: str = "success", **fields) -> FetchRun:
    start = fields.pop("started_at", NOW - timedelta(hours=1))
    return FetchRun.objects.create(source=source, state=state, started_at=start, finished_at=start, **fields)


def page(desk: Client, source: Source) -> str:
    return desk.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()


def do(desk: Client, source: Source, verb: str) -> str:
    answer = desk.post(reverse("admin:sources_source_do", args=[source.pk, verb]), follow=True)
    source.refresh_from_db()
    return " ".join(str(message) for message in answer.context["messages"])


def test_the_list_draws_what_sources_brought_in_queries_that_do_not_grow(desk: Client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(LIST).status_code == 200
        return len(seen)

    ended(make_source(slug="one"), events_found=10)
    few = queries()
    for number in range(12):
        ended(make_source(slug=f"more-{number}"), events_found=number)
    assert queries() == few
    text = desk.get(LIST).content.decode()
    assert text.count('class="spark"') == 13
    assert "Source lab" in text


def test_hostile_names_and_errors_stay_text(desk: Client):
    source = make_source(
        slug="evil", name=EVIL, health="failing", health_detail=EVIL, url="https://a.example/" + EVIL
    )
    ended(
        source,
        "failed",
        error_detail=EVIL,
        http={"exchanges": [{"at": NOW.isoformat(), "method": "GET", "url": EVIL, "code": EVIL}]},
    )
    for text in (desk.get(LIST).content.decode(), page(desk, source)):
        assert EVIL not in text
        assert "&lt;img src=x" in text


def test_filters_by_health(desk: Client):
    make_source(slug="good", name="Good one", health="healthy")
    make_source(slug="bad", name="Bad one", health="failing")
    text = desk.get(LIST + "?health__exact=failing").content.decode()
    assert "Bad one" in text
    assert "Good one" not in text


def test_a_sources_page_shows_runs_requests_and_terms(desk: Client):
    source = make_source(
        slug="cal",
        connector="meetup",
        type="api",
        config={"group": "rladies-lagos"},
        health="degraded",
        health_detail="Slow today.",
    )
    fact = {
        "at": NOW.isoformat(),
        "method": "GET",
        "url": "https://meetup.example/x",
        "status": 200,
        "size": 5,
        "seconds": 0.25,
        "waited": 0.0,
    }
    ended(source, "failed", error_detail="it timed out", http={"exchanges": [fact]}, events_found=7)
    text = page(desk, source)
    for words in (
        "Slow today.",
        "it timed out",
        "https://meetup.example/x",
        "GraphQL",
        "config__group",
        "rladies-lagos",
        "Check the key",
    ):
        assert words in text


def test_the_form_writes_the_configuration_and_only_what_differs_from_the_defaults(desk: Client):
    source = make_source(
        slug="cal",
        connector="json_feed",
        type="api",
        config={"url": "https://a.example/", "complete": True},
        is_active=True,
    )
    form = desk.get(reverse("admin:sources_source_change", args=[source.pk])).context["adminform"].form
    data = {name: "" if form[name].initial is None else form[name].value() for name in form.fields}
    data |= {
        "config__url": "https://b.example/",
        "config__complete": "",
        "config__fields": '{"title": "name"}',
        "config__max_pages": "7",
    }
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    data |= {"next_fetch_at_0": "2026-11-21", "next_fetch_at_1": "12:00:00"}
    answer = desk.post(reverse("admin:sources_source_change", args=[source.pk]), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    source.refresh_from_db()
    assert source.config == {"url": "https://b.example/", "fields": {"title": "name"}, "max_pages": 7}
    assert source.is_active


def test_a_configuration_that_is_not_understood_is_saved_switched_off(desk: Client):
    source = make_source(
        slug="cal", connector="json_feed", type="api", config={"url": "https://a.example/"}, is_active=True
    )
    form = desk.get(reverse("admin:sources_source_change", args=[source.pk])).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in values.items() if value is not None and value is not False}
    data |= {
        "config__fields": '{"nonsense": "x"}',
        "next_fetch_at_0": "2026-11-21",
        "next_fetch_at_1": "12:00:00",
    }
    answer = desk.post(reverse("admin:sources_source_change", args=[source.pk]), data, follow=True)
    assert "fields.nonsense" in " ".join(map(str, answer.context["messages"]))
    source.refresh_from_db()
    assert not source.is_active


def test_pause_and_resume(desk: Client):
    source = make_source(slug="cal", is_active=True)
    assert "paused" in do(desk, source, "pause")
    assert Pause.objects.filter(scope="source", key="cal").exists()
    assert "goes on" in do(desk, source, "resume")
    assert not Pause.objects.exists()
    assert "is not paused itself" in do(desk, source, "resume")


def test_reset_forgets_failures_and_what_was_unchanged(desk: Client):
    later = NOW + timedelta(days=2)
    source = make_source(
        slug="cal",
        is_active=True,
        consecutive_failures=4,
        validators={"u": {"etag": "x"}},
        checkpoint={"n": 1},
        next_fetch_at=later,
    )
    do(desk, source, "reset")
    assert (source.consecutive_failures, source.validators, source.checkpoint) == (0, {}, {})
    assert source.next_fetch_at < later


def test_enabling_without_a_key_names_the_variable(desk: Client, settings):
    settings.PLATFORM_KEYS = {}
    source = make_source(slug="tm", connector="ticketmaster", type="api", config={})
    assert "TICKETMASTER_API_KEY" in do(desk, source, "enable")
    assert not source.is_active
    assert source.health == "needs_key"


def test_verbs_are_posts_of_staff(desk: Client, client: Client):
    source = make_source(slug="cal")
    assert desk.get(reverse("admin:sources_source_do", args=[source.pk, "reset"])).status_code == 405
    assert desk.post(reverse("admin:sources_source_do", args=[source.pk, "explode"])).status_code == 404
    stranger = Client()
    assert stranger.post(reverse("admin:sources_source_do", args=[source.pk, "reset"])).status_code == 302


def test_bulk_actions_say_what_came_of_each(desk: Client):
    one, two = (
        make_source(slug="one", name="One"),
        make_source(slug="two", name="Two", type="webhook", connector="webhook"),
    )
    answer = desk.post(LIST, {"action": "pause", "_selected_action": [one.pk, two.pk]}, follow=True)
    said = " ".join(map(str, answer.context["messages"]))
    assert "One: paused" in said
    assert "Two: paused" in said
    assert Pause.objects.count() == 2


def test_a_credential_goes_in_and_never_comes_out(desk: Client):
    data = {
        "name": "Ticketmaster",
        "connector": "ticketmaster",
        "kind": "key",
        "value__key": "hush-hush-secret",
        "expires_at_0": "",
        "expires_at_1": "",
    }
    assert desk.post("/admin/sources/credential/add/", data).status_code == 302
    row = Credential.objects.get()
    assert "hush-hush-secret" in row.secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM sources_credential")
        assert "hush-hush-secret" not in cursor.fetchone()[0]
    for address in (
        "/admin/sources/credential/",
        f"/admin/sources/credential/{row.pk}/change/",
        f"/admin/sources/credential/{row.pk}/history/",
        "/admin/",
    ):
        assert "hush-hush-secret" not in desk.get(address).content.decode()


def test_a_credential_without_a_value_is_refused_and_an_empty_form_keeps_the_old_one(desk: Client):
    data = {"name": "Ticketmaster", "connector": "ticketmaster", "kind": "key"}
    assert "at least one value" in desk.post("/admin/sources/credential/add/", data).content.decode()
    desk.post("/admin/sources/credential/add/", {**data, "value__key": "first"})
    row = Credential.objects.get()
    desk.post(f"/admin/sources/credential/{row.pk}/change/", {**data, "name": "Renamed"})
    row.refresh_from_db()
    assert (row.name, '"first"' in row.secret) == ("Renamed", True)


def test_a_running_run_can_be_cancelled(desk: Client):
    source = make_source(slug="cal")
    run = FetchRun.objects.create(source=source, state="running", progress={"phase": "fetching", "pages": 3})
    text = desk.get(reverse("admin:sources_fetchrun_change", args=[run.pk])).content.decode()
    assert f'data-run="{run.pk}"' in text
    assert "Cancel the run" in text
    assert desk.get(reverse("admin:sources_fetchrun_cancel", args=[run.pk])).status_code == 405
    desk.post(reverse("admin:sources_fetchrun_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.cancel_requested_at is not None


def test_only_the_verbs_that_make_sense_are_buttons(desk: Client):
    source = make_source(slug="cal", is_active=True)
    text = page(desk, source)
    assert ">Disable<" in text
    assert ">Enable<" not in text
    do(desk, source, "pause")
    text = page(desk, source)
    assert ">Resume<" in text
    assert ">Pause<" not in text


def test_a_scraper_is_fetched_on_the_queue_of_browsers(desk: Client, monkeypatch: pytest.MonkeyPatch):
    queued: list[tuple[str, str]] = []
    monkeypatch.setattr(tasks.fetch_run, "delay", lambda run: queued.append(("fetch", run)))
    monkeypatch.setattr(tasks.scrape_run, "delay", lambda run: queued.append(("scrape", run)))
    feed, scraper = make_source(slug="feed"), make_source(slug="list", connector="scraper", type="scraper")
    do(desk, feed, "run")
    do(desk, scraper, "run")
    assert queued == [("fetch", str(feed.runs.get().pk)), ("scrape", str(scraper.runs.get().pk))]


def test_ticking_a_source_on_checks_its_key_first(desk: Client, settings):
    settings.PLATFORM_KEYS = {}
    source = make_source(slug="tm", connector="ticketmaster", type="api", config={})
    form = desk.get(reverse("admin:sources_source_change", args=[source.pk])).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in values.items() if value is not None and value is not False}
    data |= {"is_active": "on", "next_fetch_at_0": "2026-11-21", "next_fetch_at_1": "12:00:00"}
    answer = desk.post(reverse("admin:sources_source_change", args=[source.pk]), data, follow=True)
    assert "TICKETMASTER_API_KEY" in " ".join(map(str, answer.context["messages"]))
    source.refresh_from_db()
    assert not source.is_active
