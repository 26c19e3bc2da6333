"""The two clients of the developers' page, as programs, against the real server: `static/developers/`."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.models import Event
from outbox.services import number_changes, renew_epoch
from tests.browser.conftest import evening, served  # noqa: F401  # a fixture
from tests.factories import make_origin, make_staff, record_event

pytestmark = [pytest.mark.real_clock, pytest.mark.long, pytest.mark.django_db(transaction=True)]

CLIENTS = Path(__file__).parents[2] / "static" / "developers"
EVERY = ("python", "javascript")


class Copies:
    """The copies of both clients in a folder."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder

    def round(self):
        """Start both anew for one round."""
        number_changes()
        for name in EVERY:
            program = [sys.executable, "sync.py"] if name == "python" else [shutil.which("node"), "sync.mjs"]
            words = [*program, self.url, "bengaluru", str(self.folder / name), "--once"]
            told = subprocess.run(
                words, cwd=CLIENTS, capture_output=True, text=True, timeout=120, check=False
            )
            assert told.returncode == 0, told.stderr
        return self

    def read(self):
        """Titles by id, and tombstones as (why, merged into) by id; both clients must agree."""
        rows = sqlite3.connect(self.folder / "python")
        events = {key: json.loads(body)["title"] for key, body in rows.execute("SELECT id, body FROM event")}
        gone = {key: (why, into) for key, why, into in rows.execute("SELECT id, why, merged_into FROM gone")}
        rows.close()
        other = json.loads((self.folder / "javascript").read_text())
        assert {key: event["title"] for key, event in other["events"].items()} == events
        assert {key: (one["why"], one.get("merged_into")) for key, one in other["gone"].items()} == gone
        return events, gone


def listed():
    """What the database lists."""
    return {
        str(key): title
        for key, title in Event.objects.filter(publication="approved", city__slug="bengaluru").values_list(
            "pk", "title"
        )
    }


def an_event(number, **more):
    with transaction.atomic():
        return record_event(
            title=f"Evening {number}",
            start=evening(number + 1),
            external_id=f"event-{number}",
            origin=make_origin(slug=f"origin-{number}"),
            **more,
        )


@pytest.fixture
def copies(served, tmp_path):  # noqa: F811
    if shutil.which("node") is None:
        pytest.skip("needs node")
    return Copies(served.url, tmp_path)


def test_a_copy_follows_what_is_published_changed_removed_and_merged(copies):
    first, second, third, fourth = (an_event(number) for number in range(4))
    events, gone = copies.round().read()
    assert (events, gone) == (listed(), {})
    assert len(events) == 4

    services.change_status(first.pk, Publication.REMOVED, by=PIPELINE, reason="withdrawn")
    services.merge(second.pk, third.pk, by=make_staff())
    fifth = an_event(5)
    events, gone = copies.round().read()
    assert events == listed()
    assert str(fifth.pk) in events
    assert set(gone) == {str(first.pk), str(third.pk)}
    assert gone[str(third.pk)] == ("merged", str(second.pk))

    renew_epoch()  # as after a restore: everything is read again, and nothing that was taken down stays
    services.change_status(fourth.pk, Publication.REMOVED, by=PIPELINE, reason="withdrawn")
    events, gone = copies.round().read()
    assert events == listed()
    assert str(fourth.pk) in gone
    services.change_status(fourth.pk, Publication.APPROVED, by=PIPELINE)
    events, gone = copies.round().read()
    assert events == listed()
    assert str(fourth.pk) in events
    assert str(fourth.pk) not in gone
