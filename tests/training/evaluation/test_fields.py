"""`manage.py evaluate fields`: labels that were read from raw files against the product's results."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import training
from tests.data import SHARED, needs_data
from training.evaluation.fields.compare import Verdict, judge
from training.evaluation.fields.labels import FIELDS, is_held_out, read_label_files
from training.evaluation.fields.score import counterpart
from training.evaluation.fields.structured import structured_file

EVENT = {
    "external_id": "e1",
    "title": "Café Concert",
    "start": "2026-03-14T19:30:00-04:00",
    "end": "",
    "timezone": "America/New_York",
    "all_day": False,
    "time_known": True,
    "venue": {"name": "The Blue Room", "address": "12 Main St., Corning, NY", "city": "Corning", "country": "US",
              "lat": 42.1, "lng": -77.05},
    "url": "https://www.example.org/e1/",
    "images": [{"url": "https://example.org/a.jpg"}],
    "price": {"type": "paid", "min": 10.0, "max": 20.0, "currency": "USD"},
    "organizer": None,
    "performers": ["Ann", {"name": "Bob"}],
    "status": "scheduled",
    "online": "no",
    "description": "<p>A long evening with <b>songs</b> of the sea and more.</p>",
    "age_limit": None,
    "tags": ["Jazz", "sea"],
}  # fmt: skip

LABEL: dict[str, Any] = dict.fromkeys(
    [*FIELDS, "lat", "lng", "free", "price_min", "price_max", "currency"]
) | {"id": "e1", "title": "Café Concert", "start": "2026-03-14T19:30", "also": {}, "note": ""}

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:e1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=America/New_York:20260314T193000
DTEND;TZID=America/New_York:20260314T220000
SUMMARY:Café Concert
LOCATION:The Blue Room
GEO:42.1;-77.05
URL:https://example.org/e1
END:VEVENT
BEGIN:VEVENT
UID:e2@example.org
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260401
DTEND;VALUE=DATE:20260403
SUMMARY:Fair\\, two days
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:e3@example.org
DTSTART:20260501T170000Z
RRULE:FREQ=WEEKLY
SUMMARY:Left out: it recurs
END:VEVENT
BEGIN:VEVENT
UID:e4@example.org
DTSTART:20260501T170000Z
CLASS:PRIVATE
SUMMARY:Left out: nobody is shown it
END:VEVENT
END:VCALENDAR
"""

PAGE = """<html><script type="application/ld+json">{"@graph": [{"@type": "MusicEvent", "name": "Songs &amp; Sea",
"startDate": "2026-03-14T19:30-04:00", "url": "https://example.org/s", "image": ["https://example.org/i.jpg"],
"location": {"@type": "Place", "name": "The Blue Room", "address": {"streetAddress": "12 Main St",
"addressLocality": "Corning"}}, "offers": {"price": "15.00", "priceCurrency": "USD"}}]}</script></html>"""

FEED = """<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"><channel><item>
<title>Songs</title><link>https://example.org/s</link><guid>g1</guid>
<ev:startdate>2026-03-14T19:30:00-04:00</ev:startdate></item></channel></rss>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One calendar with labels of its two plain events."""
    (tmp_path / "town.ics").write_text(ICS)
    second = LABEL | {
        "id": "e2@example.org",
        "title": "Fair, two days",
        "start": "2026-04-01",
        "end": "2026-04-02",
    }
    first = {
        "url": "https://example.org/e1",
        "end": "2026-03-14T22:00",
        "venue": "The Blue Hall",
        "price_min": "5",
    }
    events = [
        LABEL | first | {"id": "e1@example.org"},
        second,
    ]
    reported = {
        "file": "town.ics",
        "origin": "own",
        "kind": "ics",
        "now": "2026-01-10T00:00:00Z",
        "events": events,
    }
    (tmp_path / "labels.json").write_text(json.dumps(reported))
    return tmp_path


def evaluated(*arguments: Any, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate", "fields", *map(str, arguments), stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def test_fields_are_told_with_the_worst_first(folder):
    figures = evaluated(folder)
    assert (figures["events"], figures["found"]) == (2, 2)
    assert list(figures["fields"])[:2] == ["venue", "price"]
    assert figures["fields"]["venue"] | {"share": 0, "precision": 0} == {
        "right": 0, "wrong": 1, "missing": 0, "invented": 0, "share": 0, "precision": 0, "coverage": 1.0,
    }  # fmt: skip
    assert figures["fields"]["price"]["missing"] == 1
    assert figures["fields"]["title"]["share"] == figures["kinds"]["ics"]["fields"]["start"]["share"] == 1.0


def test_disagreements_are_written_one_a_line(folder, tmp_path):
    file = tmp_path / "out.jsonl"
    evaluated(folder, "--disagreements", file)
    found = {(one["id"], one["field"]): one for one in map(json.loads, file.read_text().splitlines())}
    venue = found["e1@example.org", "venue"]
    assert (venue["verdict"], venue["told"], venue["given"]) == ("wrong", "The Blue Hall", "The Blue Room")


def test_a_labelled_event_that_is_not_there_is_counted(folder):
    labels = json.loads((folder / "labels.json").read_text())
    labels["events"].append(LABEL | {"id": "none", "title": "Nowhere", "start": "2026-05-05"})
    (folder / "labels.json").write_text(json.dumps(labels))
    assert (evaluated(folder)["events"], evaluated(folder)["found"]) == (3, 2)


def test_a_file_that_is_not_here_is_counted_as_absent(folder):
    (folder / "town.ics").unlink()
    assert evaluated(folder, "--data", folder / "none")["absent"] == 1


def test_a_file_that_cannot_be_read_is_named(folder):
    (folder / "town.ics").write_text("nothing")
    figures = evaluated(folder)
    assert list(figures["unread"]) == ["town.ics"]
    assert figures["found"] == 0


def test_a_label_without_a_field_is_refused_with_its_file(folder):
    (folder / "labels.json").write_text(
        json.dumps({"file": "x", "now": "2026-01-01T00:00:00Z", "events": [{"id": "1"}]})
    )
    with pytest.raises(CommandError, match=r"labels\.json"):
        evaluated(folder)


def test_an_alternative_of_an_unknown_field_is_refused(folder):
    (folder / "labels.json").write_text(
        json.dumps({"file": "x", "now": "2026-01-01T00:00:00Z", "events": [LABEL | {"also": {"titel": []}}]})
    )
    with pytest.raises(CommandError, match="'titel' is no field"):
        evaluated(folder)


@pytest.mark.parametrize(
    ("field", "reported", "verdict"),
    [
        ("title", "CAFE CONCERT", Verdict.RIGHT),
        ("title", "Café Concert @ The Blue Room", Verdict.RIGHT),
        ("title", "Café Concert with Ann", Verdict.WRONG),
        ("start", "2026-03-14T19:30", Verdict.RIGHT),
        ("start", "2026-03-14T23:30+00:00", Verdict.RIGHT),
        ("start", "2026-03-14", Verdict.WRONG),
        ("end", "2026-03-14T22:00", Verdict.MISSING),
        ("end", None, Verdict.SILENT),
        ("zone", "US/Eastern", Verdict.RIGHT),
        ("zone", "Europe/Paris", Verdict.WRONG),
        ("zone", None, Verdict.SILENT),
        ("venue", "the blue room", Verdict.RIGHT),
        ("venue", None, Verdict.INVENTED),
        ("address", "12 Main St", Verdict.RIGHT),
        ("address", "14 Main St", Verdict.WRONG),
        ("point", (42.1005, -77.05), Verdict.RIGHT),
        ("point", (42.2, -77.05), Verdict.WRONG),
        ("url", "http://example.org/e1", Verdict.RIGHT),
        ("image", "https://example.org/b.jpg", Verdict.WRONG),
        ("price", {"free": False, "min": "10", "max": "20.00", "currency": "USD"}, Verdict.RIGHT),
        ("price", {"free": False, "min": "10", "max": None, "currency": "USD"}, Verdict.WRONG),
        ("price", {"free": False, "min": "10", "max": "20", "currency": "EUR"}, Verdict.WRONG),
        ("price", {"free": True, "min": None, "max": None, "currency": None}, Verdict.WRONG),
        ("price", {"free": False, "min": None, "max": None, "currency": None}, Verdict.RIGHT),
        ("organizer", "Town", Verdict.MISSING),
        ("performers", ["bob", "ann"], Verdict.RIGHT),
        ("status", "cancelled", Verdict.WRONG),
        ("online", False, Verdict.RIGHT),
        ("description", "A long evening with songs of the sea and", Verdict.RIGHT),
        ("description", "A **long** evening, with [songs]", Verdict.RIGHT),
        ("description", "A short evening", Verdict.WRONG),
        ("tags", ["jazz"], Verdict.RIGHT),
        ("tags", ["rock"], Verdict.WRONG),
    ],
)  # fmt: skip
def test_a_field_is_judged(field, reported, verdict):
    assert judge(field, [reported], EVENT) is verdict


def test_any_of_the_right_values_will_do():
    assert judge("venue", ["Blue", "The Blue Room"], EVENT) is Verdict.RIGHT
    assert judge("end", ["2026-03-14T22:00", None], EVENT) is Verdict.SILENT


def test_a_price_with_one_end_is_that_sum_or_open():
    reported = [{"free": None, "min": "24.90", "max": None, "currency": "CAD"}]
    price = {"type": "paid", "min": 24.9, "max": None, "currency": "CAD"}
    assert judge("price", reported, EVENT | {"price": price}) is Verdict.RIGHT
    assert judge("price", reported, EVENT | {"price": price | {"max": 24.9}}) is Verdict.RIGHT
    assert judge("price", reported, EVENT | {"price": price | {"max": 30}}) is Verdict.WRONG


def test_where_nothing_may_be_told_the_usual_value_is_no_error():
    assert judge("status", ["cancelled", None], EVENT) is Verdict.SILENT
    assert judge("status", ["cancelled", None], EVENT | {"status": "postponed"}) is Verdict.WRONG


def test_of_a_series_the_occurrence_nearest_in_time_is_compared(folder):
    (label, _) = next(iter(read_label_files(folder, folder))).events
    series = [
        EVENT | {"external_id": label.id, "start": f"2026-03-{day}T19:30:00-04:00"}
        for day in ("07", "14", "21")
    ]
    assert counterpart(label, series) is series[1]


def test_an_event_under_another_id_is_known_by_title_and_day(folder):
    (label, _) = next(iter(read_label_files(folder, folder))).events
    other = EVENT | {"external_id": "x", "title": "Cafe concert!"}
    assert counterpart(label, [EVENT | {"external_id": "y", "title": "Fair"}, other]) is other
    assert counterpart(label, [other | {"start": "2026-04-14T19:30:00-04:00"}]) is None


def test_the_independent_readers_tell_a_calendar(folder):
    file = structured_file(folder / "town.ics", folder)
    assert file is not None
    first, second = file.events
    assert first.reported["start"] == "2026-03-14T19:30:00-04:00"
    assert first.reported["point"] == (42.1, -77.05)
    assert (second.reported["title"], second.reported["start"], second.reported["end"]) == (
        "Fair, two days",
        "2026-04-01",
        "2026-04-02",
    )
    assert second.reported["status"] == "cancelled"
    assert "venue" in first.unknown
    assert file.now < datetime.fromisoformat("2026-02-01T00:00:00+00:00")


@pytest.mark.parametrize("end", ["20260314T193000", "20260314T180000", "20260314T235959"])
def test_the_independent_readers_leave_out_an_end_that_is_none(folder, end):
    (folder / "town.ics").write_text(ICS.replace("20260314T220000", end))
    file = structured_file(folder / "town.ics", folder)
    assert file is not None
    assert file.events[0].reported["end"] is None


def test_the_independent_readers_tell_a_page(tmp_path):
    (tmp_path / "page.html").write_text(PAGE)
    file = structured_file(tmp_path / "page.html", tmp_path)
    assert file is not None
    (label,) = file.events
    assert (label.reported["title"], label.reported["venue"], label.reported["town"]) == (
        "Songs & Sea",
        "The Blue Room",
        "Corning",
    )
    assert label.reported["price"] == {"free": False, "min": "15.00", "max": "15.00", "currency": "USD"}


def test_the_independent_readers_tell_a_feed(tmp_path):
    (tmp_path / "feed.xml").write_text(FEED)
    file = structured_file(tmp_path / "feed.xml", tmp_path)
    assert file is not None
    assert (file.events[0].id, file.events[0].reported["url"]) == ("g1", "https://example.org/s")


@pytest.mark.parametrize("content", ["", "<html></html>", "BEGIN:VCALENDAR\nEND:VCALENDAR", "{}"])
@pytest.mark.parametrize("suffix", [".ics", ".html", ".xml"])
def test_a_file_that_tells_nothing_structured_is_left_out(tmp_path, content, suffix):
    (tmp_path / f"x{suffix}").write_text(content)
    assert structured_file(tmp_path / f"x{suffix}", tmp_path) is None


def test_structured_files_are_taken_from_the_origins_that_are_asked_for(tmp_path):
    origins = [f"a/{letter}" for letter in "bcdefghijk"]
    held, rest = (next(one for one in origins if is_held_out(one) is wanted) for wanted in (True, False))
    rows = ["local path\towner/repo"]
    for number, origin in enumerate((held, rest)):
        path = tmp_path / "ics" / f"{number}.ics"
        path.parent.mkdir(exist_ok=True)
        path.write_text(ICS)
        rows.append(f"ics/{number}.ics\t{origin}")
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(rows) + "\n")
    for which in ("rest", "held-out"):
        figures = evaluated(tmp_path, "--structured", which)
        assert (figures["events"], figures["fields"]["title"]["share"]) == (2, 1.0)


def test_every_field_of_the_files_of_our_own_is_right(tmp_path):
    wrong = tmp_path / "wrong.jsonl"
    figures = evaluated(Path(__file__).parent / "labelled", "--disagreements", wrong)
    assert (figures["events"], figures["found"]) == (8, 8)
    assert wrong.read_text() == ""


#: The least share of right values, in all labelled files that are not part of the project: below what is reached, so
#: that a change which loses a field is seen (docs/quality.md has the figures).
LEAST = {
    "title": 0.99, "start": 0.995, "url": 0.98, "description": 0.98, "organizer": 0.97, "online": 0.97, "end": 0.98, "image": 0.97, "venue": 0.97,
    "country": 0.97, "town": 0.97, "address": 0.95, "point": 0.97, "status": 0.98, "age_limit": 0.9, "price": 0.96, "tags": 0.95, "zone": 0.97,
}  # fmt: skip


@needs_data
def test_the_fields_of_labelled_files_hold():
    labels = Path(training.__file__).parent / "labels" / "fields"
    figures = evaluated(labels, "--data", SHARED)
    assert (figures["events"], figures["absent"]) == (400, 0)
    assert figures["found"] >= 355
    fallen = {
        name: share for name, least in LEAST.items() if (share := figures["fields"][name]["share"]) < least
    }
    assert fallen == {}


def test_a_zone_of_utc_is_right_where_the_label_says_utc() -> None:
    assert judge("zone", ("UTC",), {"start": "2026-03-14T19:30:00+00:00", "timezone": "UTC"}) is Verdict.RIGHT
    assert (
        judge("zone", ("Europe/Rome",), {"start": "2026-03-14T19:30:00+00:00", "timezone": "UTC"})
        is Verdict.MISSING
    )
