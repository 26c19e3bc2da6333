"""The staff's view of sources and runs."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError
from uuid_utils.compat import uuid7

from pipeline.contract.raw import RawPayload
from pipeline.contract.warnings import REMEDIES
from sources import tasks
from sources.api import validating as api_validating
from sources.models import FetchRun, Source
from sources.runs.claim import open_run
from sources.triggers.load import load
from tests.factories import make_city, make_credential, make_source, make_staff

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:one
SUMMARY:Raga at Dusk
DTSTART:20301201T140000Z
END:VEVENT
BEGIN:VEVENT
UID:two
SUMMARY:No start
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(autouse=True)
def sent(db, monkeypatch):
    cache.clear()
    queued = []
    monkeypatch.setattr(tasks.fetch_run, "delay", queued.append)
    yield queued
    cache.clear()


@pytest.fixture
def staff(client):
    client.force_login(make_staff())
    return client


@pytest.mark.parametrize("path", ["sources", "runs", "runs/x"])
def test_nobody_may_who_is_not_signed_in(client, path):
    response = client.get(f"/api/v1/admin/{path}")
    assert (response.status_code, response["Cache-Control"]) == (401, "private, no-store")
    assert response["Content-Type"] == "application/problem+json"


def test_sources_are_listed_and_narrowed(staff):
    make_source(slug="one", name="City calendar")
    make_source(slug="two", type="rss", city=make_city(slug="mumbai"), name="Blog")

    def slugs(query):
        return [row["slug"] for row in staff.get(f"/api/v1/admin/sources?{query}").json()["results"]]

    assert slugs("") == ["two", "one"]
    assert slugs("type=rss") == slugs("city=mumbai") == slugs("q=blog") == ["two"]
    page = staff.get("/api/v1/admin/sources?limit=1").json()
    assert (page["total"], page["has_more"]) == (2, True)
    assert [row["slug"] for row in staff.get(page["next"]).json()["results"]] == ["one"]


def test_a_source_tells_what_it_discovered_and_how_many_runs_end_well(staff):
    now = timezone.now()
    source = make_source(slug="one")
    make_source(slug="fresh")
    old = make_source(slug="old")
    rows = [
        (source, "success", 1, 5), (source, "partial", 2, 2), (source, "failed", 3, 0), (source, "quarantined", 4, 0),
        (source, "cancelled", 5, 1), (source, "running", 0, 0), (source, "failed", 31, 4), (old, "success", 40, 3),
    ]  # fmt: skip
    for of, state, days, new in rows:
        begun = now - timedelta(days=days)
        ended = None if state == "running" else begun
        FetchRun.objects.create(source=of, state=state, started_at=begun, finished_at=ended, new=new)
    found = {row["slug"]: row for row in staff.get("/api/v1/admin/sources").json()["results"]}
    told = {slug: (row["events_discovered"], row["success_rate"]) for slug, row in found.items()}
    assert told == {"one": (12, 0.5), "fresh": (0, None), "old": (3, None)}


def test_credentials_are_never_shown(staff):
    make_source(slug="one", credential=make_credential(secret="hush hush hush"))
    assert b"hush" not in staff.get("/api/v1/admin/sources").content


def test_a_trigger_opens_a_run_or_names_the_one_under_way(staff, sent, django_capture_on_commit_callbacks):
    source = make_source(slug="one")
    with django_capture_on_commit_callbacks(execute=True):
        first, second = (staff.post(f"/api/v1/admin/sources/{source.id}/trigger") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert (first.json()["status"], second.json()["status"]) == ("started", "running")
    assert sent == [first.json()["run"]] == [second.json()["run"]]
    assert FetchRun.objects.get().requested_by.startswith("user ")


def test_what_cannot_be_triggered(staff):
    pushed = make_source(slug="pushed", type="webhook", connector="webhook")
    assert staff.post(f"/api/v1/admin/sources/{pushed.id}/trigger").status_code == 409
    assert staff.post(f"/api/v1/admin/sources/{uuid7()}/trigger").status_code == 404
    held = make_source(slug="held")
    Source.objects.filter(pk=held.pk).update(claimed_until=timezone.now() + timedelta(hours=1))
    assert staff.post(f"/api/v1/admin/sources/{held.id}/trigger").status_code == 409


def test_runs_with_what_they_received(staff):
    source = make_source(slug="one")
    run = load(source, [RawPayload(url="https://example.org/c.ics", content=CALENDAR.encode())])
    rows = staff.get("/api/v1/admin/runs?source=one").json()["results"]
    assert [(row["id"], row["source"], row["state"]) for row in rows] == [(str(run.id), "one", run.state)]
    assert staff.get("/api/v1/admin/runs?state=quarantined").json()["total"] == 0
    detail = staff.get(f"/api/v1/admin/runs/{run.id}").json()
    assert detail["payloads"][0]["size"] == len(CALENDAR)
    assert detail["events_found"] == 2
    assert staff.get(f"/api/v1/admin/runs/{uuid7()}").status_code == 404


@pytest.mark.parametrize("path", ["sources", "runs"])
def test_the_number_of_queries_does_not_grow(staff, path):
    counts = []
    for number in (1, 2, 3):
        open_run(
            make_source(slug=f"source-{number}", city=make_city(slug=f"city-{number}")),
            requested_by="test",
            now=timezone.now(),
        )
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(f"/api/v1/admin/{path}").json()["total"] == number
        counts.append(len(queries))
    assert counts[0] == counts[2]


@pytest.fixture
def worker(monkeypatch):
    """A worker that carries out a dry run as soon as it is queued."""
    monkeypatch.setattr(tasks.process_validation, "delay", tasks.process_validation.run)


def validate(client, **body):
    return client.post("/api/v1/admin/validate", body, content_type="application/json")


def test_a_dry_run_refines_and_stores_nothing(staff, worker):
    make_city()
    found = validate(staff, content=CALENDAR, city="bengaluru", now="2030-11-01T00:00:00Z").json()
    assert (found["connector"], found["found"], found["kept"], found["dropped"]) == (
        "ical",
        2,
        1,
        {"no start": 1},
    )
    (event,), (refused,) = found["results"], found["refused"]
    assert (event["title"], event["timezone"], event["category"], event["passed"]) == (
        "Raga at Dusk",
        "Asia/Kolkata",
        "music",
        False,
    )
    assert (
        "Name the venue or its address, or say that it is online."
        in event["quality"]["gates"]["completeness"]["problems"]
    )
    assert (refused["title"], refused["reason"]) == ("No start", "no start")
    assert FetchRun.objects.count() == 0


def test_events_as_json_get_the_report_that_inspect_source_prints(staff, worker, tmp_path, capsys):
    event = {
        "id": "1",
        "title": "Raga at Dusk",
        "start": "2030-12-01T19:30:00+05:30",
        "venue": {"name": "Town Hall"},
        "description": "See https://bit.ly/x",
    }
    found = validate(
        staff, events=[event, {"id": "2", "title": "No start"}], now="2030-11-01T00:00:00Z"
    ).json()
    assert (found["connector"], found["found"], found["kept"], len(found["refused"])) == ("webhook", 2, 1, 1)
    assert found["results"][0]["flags"][0]["check"] == "shortened_link"
    path = tmp_path / "events.json"
    path.write_text(json.dumps({"events": [event, {"id": "2", "title": "No start"}]}))
    call_command(
        "inspect_source", str(path), "--connector", "webhook", "--now", "2030-11-01T00:00:00Z", "--json"
    )
    printed = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert printed["quality"] == found["summary"]["quality"]
    assert printed.keys() == found["summary"].keys()


def test_what_cannot_be_used_is_told_by_field_value_and_remedy(staff, worker):
    events = [
        {"title": "Jazz", "start": "2030-12-12T20:00:00+05:30", "venue": "Blue Hall", "price": "abc", "currency": "XYZ", "latitude": 999, "longitude": 7},
        {"id": "2", "title": "Chess", "start": "at noon"},
    ]  # fmt: skip
    found = validate(staff, events=events, now="2030-11-01T00:00:00Z").json()
    assert [note for note in found["results"][0]["notes"] if "cannot be used" in note] == [
        f"latitude: “999” cannot be used: {REMEDIES['latitude']}.",
        f"price: “abc” cannot be used: {REMEDIES['price']}.",
        f"currency: “XYZ” cannot be used: {REMEDIES['currency']}.",
    ]
    (refused,) = found["refused"]
    assert (refused["title"], refused["reason"]) == ("Chess", "no start")
    assert refused["detail"].startswith(f"start: “at noon” cannot be used: {REMEDIES['start']}.")


def test_what_takes_long_is_asked_for_again(staff, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.process_validation, "delay", queued.append)
    monkeypatch.setattr(api_validating, "PATIENCE", 0.0)
    waits = validate(staff, content=CALENDAR)
    assert (waits.status_code, waits["Location"]) == (202, f"/api/v1/admin/validate/{queued[0]}")
    assert staff.get(waits["Location"]).status_code == 202
    tasks.process_validation(queued[0])
    tasks.process_validation(queued[0])
    assert staff.get(waits["Location"]).json()["connector"] == "ical"
    assert staff.get("/api/v1/admin/validate/unknown").status_code == 404


def test_a_queue_that_is_away_is_said(staff, monkeypatch):
    def away(token):
        raise OperationalError

    monkeypatch.setattr(tasks.process_validation, "delay", away)
    assert validate(staff, content=CALENDAR).status_code == 503


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({}, "content", 400),
        ({"content": "x", "events": [{}]}, "content", 400),
        ({"events": []}, "events", 400),
        ({"content": "x", "connector": "nonsense"}, "connector", 400),
        ({"content": CALENDAR, "connector": "ical", "config": {"nonsense": 1}}, "config", 400),
        ({"content": CALENDAR, "city": "atlantis"}, "city", 400),
        ({"content": "<html></html>", "connector": "ical"}, "content", 422),
        ({"content": "0"}, "content", 422),
        ({"events": [{}, {}, {"a": {"b": []}}], "connector": "json_feed"}, "events", 422),
    ],
)
def test_a_dry_run_that_cannot_be_names_the_field(staff, worker, body, field, status):
    response = validate(staff, **body)
    assert response.status_code == status
    assert response.json()["errors"][0]["field"] == field


def test_sources_tell_their_health_and_are_found_by_it(staff):
    make_source(slug="good", health="healthy")
    make_source(slug="bad", health="failing", health_detail="Look up the new address.")
    (row,) = staff.get("/api/v1/admin/sources?health=failing").json()["results"]
    assert (row["slug"], row["health"], row["health_detail"]) == (
        "bad",
        "failing",
        "Look up the new address.",
    )
    assert staff.get("/api/v1/admin/sources?health=ill").status_code == 400
