"""`inspect_source` for places or weather without events: reported, not treated as empty."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

FIXTURES = Path(__file__).resolve().parents[2] / "pipeline" / "fixtures"


def inspect(capsys: pytest.CaptureFixture[str], name: str, *options: str) -> tuple[list[str], dict]:
    call_command("inspect_source", str(FIXTURES / name), *options)
    reported = capsys.readouterr()
    return reported.out.splitlines(), json.loads(reported.err.splitlines()[-1])


def test_places_are_listed_and_counted(capsys):
    lines, summary = inspect(capsys, "google_places/nearby.json")
    assert [line.split()[0] for line in lines] == ["place", "place"]
    assert "Mo-Su 18:00-01:00  ·  open now" in lines[0]
    assert "closed for good" in lines[1]
    assert (summary["connector"], summary["found"], summary["places"]) == ("google_places", 0, 2)


def test_weather_is_listed_and_counted(capsys):
    lines, summary = inspect(capsys, "openweathermap/current.json")
    assert "24.3 °C  ·  light rain" in lines[0]
    assert (summary["connector"], summary["weather"]) == ("openweathermap", 1)


def test_lines_of_json_are_events_alone(capsys):
    lines, summary = inspect(capsys, "google_places/nearby.json", "--json")
    assert (lines, summary["places"]) == ([], 2)


def test_events_alone_say_nothing_of_places(capsys):
    _, summary = inspect(capsys, "yelp/events.json", "--now", "2026-11-21T12:00:00Z")
    assert set(summary) == {"connector", "found", "kept", "dropped", "seconds", "quality"}
