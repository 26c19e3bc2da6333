"""Hostile and broken input: counted or cut with a note, never a crash, and the bytes are stored."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from events.models import Event
from pipeline.contract.enums import Coverage
from sources.enums import RunState
from sources.ingest import payloads
from sources.models import FetchRun, Payload, Source
from sources.triggers.load import load
from tests.factories import NOW
from tests.sources.feeds import calendar, feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
GOOD = "e0@example.org"


def with_one_more(lines: str) -> bytes:
    """A calendar with a good event before and after the component `lines`."""
    bad = f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n".encode()
    first, second = (event.text().encode() + b"\r\n" for event in many(2))
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + first + bad + second + b"END:VCALENDAR\r\n"


def taken(content: bytes, **fields: object) -> tuple[Source, FetchRun]:
    """Load it; the bytes are stored in any case."""
    source = feed_source(**fields)
    kind = {"ical": "text/calendar", "json_feed": "application/json"}[source.connector]
    run = load(source, [payload(content, content_type=kind)], now=NOW)
    [(_, kept)] = list(payloads.of_run(run))
    assert kept.content == content
    return source, run


def the_others_are_there(source: Source) -> bool:
    return (
        source.staged_events.filter(external_id__in=[GOOD, "e1@example.org"], state="recorded").count() == 2
    )


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html><body>Please log in</body></html>", b"", b"\x00" * 4000]
)
def test_what_is_no_calendar_fails_with_its_reason_and_takes_nothing_away(content: bytes) -> None:
    source = feed_source()
    take(source, many(2))
    run = take(source, content)
    assert (run.state, run.error_code) == (RunState.FAILED, "schema changed")
    assert "where a calendar was expected" in run.error_detail
    assert Payload.objects.filter(run_id=run.id).count() == 1
    assert the_others_are_there(source)


def test_an_empty_calendar_is_a_success_with_nothing_in_it() -> None:
    _, run = taken(calendar([]))
    assert (run.state, run.events_found, run.dropped) == (RunState.SUCCESS, 0, {})


def test_a_calendar_that_is_suddenly_empty_is_quarantined() -> None:
    source = feed_source()
    take(source, many(3))
    assert take(source, calendar([])).state == RunState.QUARANTINED


def test_a_truncated_file_keeps_what_is_whole() -> None:
    whole = calendar(many(3))
    source, run = taken(whole[: whole.rindex(b"DTEND")])
    assert (run.state, run.coverage, run.dropped) == (RunState.PARTIAL, Coverage.PARTIAL, {"truncated": 1})
    assert the_others_are_there(source)


def test_a_wrong_charset_is_read_and_noted() -> None:
    source, run = taken(calendar([reported(0, title="Soirée à l'été")]).decode().encode("cp1252"))
    staged = source.staged_events.get()
    assert (run.events_processed, staged.title) == (1, "Soirée à l'été")
    assert any("Windows-1252" in note for note in staged.notes)


def test_ten_megabytes_of_one_event_are_cut_with_a_note() -> None:
    usual = b"DESCRIPTION:An evening for all who are curious\\, and for their friends."
    content = calendar(many(2)).replace(usual, b"DESCRIPTION:" + b"all of it " * 1_048_000, 1)
    source, run = taken(content)
    staged = source.staged_events.get(external_id=GOOD)
    assert run.events_processed == 2
    assert len(staged.raw) < 100_000
    assert len(staged.normalized["description"]) < 200_000
    assert any("description" in note and "cut" in note for note in staged.notes), staged.notes


def test_a_rule_without_end_stops_at_the_horizon() -> None:
    source, run = taken(
        with_one_more("UID:daily\r\nSUMMARY:Evening Tai Chi\r\nDTSTART:20261122T120000Z\r\nRRULE:FREQ=DAILY")
    )
    last = source.staged_events.filter(external_id="daily").order_by("-start_at")[0]
    assert 390 < run.events_processed <= 403
    assert last.start_at is not None
    assert last.start_at <= NOW + timedelta(days=401)
    assert the_others_are_there(source)


def test_a_rule_of_every_second_is_bounded() -> None:
    source, run = taken(
        with_one_more("UID:tick\r\nSUMMARY:Every Second\r\nDTSTART:20261122T120000Z\r\nRRULE:FREQ=SECONDLY")
    )
    assert run.events_found <= 1_003
    assert the_others_are_there(source)


@pytest.mark.parametrize(
    "lines",
    [
        "UID:far\r\nSUMMARY:Far Away\r\nDTSTART:99991231T235959Z",
        "UID:far\r\nSUMMARY:Far Away\r\nDTSTART;TZID=Asia/Kolkata:99991231T235959",
        "UID:far\r\nSUMMARY:Far Away\r\nDTSTART;VALUE=DATE:99991231",
        "UID:far\r\nSUMMARY:Before Time\r\nDTSTART:00010101T000000Z",
        "UID:far\r\nDTSTART:20261201T120000Z",
        "UID:far\r\nSUMMARY:No Start",
    ],
)
def test_an_impossible_event_is_dropped_with_its_reason(lines: str) -> None:
    source, run = taken(with_one_more(lines))
    assert (run.events_found, run.events_processed, sum(run.dropped.values())) == (3, 2, 1)
    assert the_others_are_there(source)


def test_an_end_in_the_year_9999_is_no_end() -> None:
    source, run = taken(
        with_one_more("UID:far\r\nSUMMARY:Long Show\r\nDTSTART:20261201T120000Z\r\nDTEND:99991231T235959Z")
    )
    assert the_others_are_there(source)
    assert run.events_processed + sum(run.dropped.values()) == 3


def test_an_end_before_the_start_is_left_out_with_a_note() -> None:
    source, run = taken(
        with_one_more(
            "UID:back\r\nSUMMARY:Backwards Dance\r\nDTSTART:20261201T200000Z\r\nDTEND:20261201T100000Z"
        )
    )
    staged = source.staged_events.get(external_id="back")
    assert (run.events_processed, staged.normalized["end"]) == (3, None)
    assert staged.notes


def test_a_start_without_zone_is_of_the_city() -> None:
    source, _ = taken(with_one_more("UID:floating\r\nSUMMARY:Floating Lanterns\r\nDTSTART:20261201T200000"))
    assert source.staged_events.get(external_id="floating").normalized["start"] == "2026-12-01T20:00:00+05:30"


def test_a_uid_listed_twice_is_one_event() -> None:
    source, run = taken(
        with_one_more(many(1)[0].text().removeprefix("BEGIN:VEVENT\r\n").removesuffix("\r\nEND:VEVENT"))
    )
    assert (run.events_found, run.events_processed, sum(run.dropped.values())) == (3, 2, 1)
    assert the_others_are_there(source)


def test_a_title_of_ten_thousand_characters_is_cut_with_a_note() -> None:
    source, _ = taken(
        with_one_more("UID:long\r\nSUMMARY:" + "Long " * 2_000 + "\r\nDTSTART:20261201T120000Z")
    )
    staged = source.staged_events.get(external_id="long")
    assert 0 < len(staged.title) <= 300
    assert any("cut" in note or "shortened" in note for note in staged.notes), staged.notes
    assert the_others_are_there(source)


def test_nul_bytes_are_removed() -> None:
    source, run = taken(
        with_one_more(
            "UID:n\x00ul\r\nSUMMARY:Nul\x00 Night Market\r\nDTSTART:20261201T120000Z\r\nLOCATION:Hall\x00 1"
        )
    )
    assert run.events_processed == 3
    assert "\x00" not in json.dumps(
        list(source.staged_events.values("title", "external_id", "raw", "normalized")), default=str
    )


def test_script_in_every_field_reaches_no_field() -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    names = (
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "CONTACT",
        "COMMENT",
        "URL",
        "STATUS",
        "X-WR-CALNAME",
    )
    lines = "\r\n".join(f"{name}:Puppet Theatre {script}" for name in names)
    source, run = taken(
        with_one_more(
            f'UID:{script}\r\n{lines}\r\nORGANIZER;CN="{script}":mailto:a@example.org\r\nDTSTART:20261201T120000Z'
        )
    )
    assert run.events_processed == 3
    event = Event.objects.get(title__startswith="Puppet Theatre")
    shown = json.dumps(
        [
            event.title,
            event.description,
            event.venue_name,
            event.address,
            event.url,
            event.ticket_url,
            list(event.tags),
        ]
    )
    assert "<script" not in shown
    assert "onerror" not in event.description
    assert the_others_are_there(source)


def test_json_nested_a_hundred_thousand_deep_is_refused() -> None:
    _, run = taken(b'{"events":' + b"[" * 100_000 + b"]" * 100_000 + b"}", connector="json_feed", type="api")
    assert (run.state, run.error_code) == (RunState.FAILED, "schema changed")


_CHILD = """
import resource, sys
import django; django.setup()
import sources.triggers.load
from pipeline.preload import warm
warm()  # as a worker does before its first task
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
from django.core.management import call_command
call_command("load", sys.argv[1], "--source", "huge", "--city", "bengaluru", "--now", "2026-11-21T12:00:00Z")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def in_child(environment: dict[str, str], *arguments: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout.splitlines()


@pytest.mark.django_db(transaction=True)
def test_twenty_five_thousand_events_are_all_accounted_for_within_200_mb(
    tmp_path: Path, child_environment: dict[str, str]
) -> None:
    feed_source("other")
    connections.close_all()
    path = tmp_path / "huge.ics"
    one = (
        "BEGIN:VEVENT\r\nUID:u{0}\r\nSUMMARY:Talk {0} of many\r\nDTSTART:{1:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n"
    )
    starts = (
        NOW + timedelta(hours=number - 24_400) for number in range(25_000)
    )  # most are over: to record them all takes minutes
    path.write_text(
        "BEGIN:VCALENDAR\r\n"
        + "".join(one.format(n, start) for n, start in enumerate(starts))
        + "END:VCALENDAR\r\n"
    )
    environment = {
        **child_environment,
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
    }
    idle, *_, summary, peak = in_child(environment, str(path))
    told_of = json.loads(summary)
    assert told_of["found"] == 25_000
    assert told_of["kept"] + sum(told_of["dropped"].values()) == 25_000
    assert (told_of["kept"], told_of["dropped"].keys()) == (
        602,
        {"past"},
    )  # two more began less than three hours ago
    assert int(peak) - int(idle) < 200 * 1024
