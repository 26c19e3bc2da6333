"""Workers and beat touch a file while they go on."""

import os
import types

import pytest
from django_celery_beat.schedulers import DatabaseScheduler

from config import pulse
from config.celery import app
from config.schedule import CreateOnlyScheduler


class Timer:
    """Remembers what a worker's loop would call."""

    def __init__(self):
        self.calls = []

    def call_repeatedly(self, seconds, function):
        self.calls.append((seconds, function))
        return types.SimpleNamespace(cancel=self.calls.clear)


@pytest.fixture
def pulse_file(tmp_path, settings):
    settings.PULSE_FILE = str(tmp_path / "pulse")
    return tmp_path / "pulse"


def test_a_worker_touches_it_from_its_loop_until_it_stops(pulse_file):
    parent = types.SimpleNamespace(timer=Timer())
    step = pulse.PulseStep(parent)
    step.start(parent)
    assert pulse_file.exists()
    os.utime(pulse_file, (0, 0))
    [(seconds, again)] = parent.timer.calls
    assert seconds == pulse.SECONDS
    again()
    assert pulse_file.stat().st_mtime > 0
    step.stop(parent)
    assert parent.timer.calls == []


def test_each_worker_has_the_step():
    assert pulse.PulseStep in app.steps["worker"]


def test_beat_touches_it_at_each_tick(pulse_file, monkeypatch):
    monkeypatch.setattr(DatabaseScheduler, "tick", lambda *_: 5)
    assert CreateOnlyScheduler(app, lazy=True).tick() == 5.0
    assert pulse_file.exists()


def test_without_a_file_nothing_is_touched_and_a_missing_folder_stops_nothing(settings, tmp_path):
    settings.PULSE_FILE = ""
    pulse.touch()
    settings.PULSE_FILE = str(tmp_path / "gone" / "pulse")
    pulse.touch()
    assert not (tmp_path / "gone").exists()
