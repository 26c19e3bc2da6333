"""Reading what did not change changes nothing: the same results, and no difference to report."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.timezone import now

from accounts.rights import PIPELINE
from events import services as events
from events.models import Category, Event, Listing
from outbox.models import Change
from sources.ingest.refine_stored import refine_stored
from sources.ingest.rematch import rematch
from sources.models import Source
from sources.samples.load import load_samples
from sources.setup import usual
from sources.triggers.load import load
from sources.triggers.replay import apply, compare
from tests.factories import NOW, make_categories, make_city, make_staff
from tests.sources.feeds import counts, feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples() -> list[Source]:
    make_categories()
    make_city(slug="bengaluru")
    load_samples(now=NOW)
    return list(Source.objects.select_related("city").order_by("slug"))


def changes_of(source: Source | None = None) -> dict[str, Any]:
    report = refine_stored(source=source, now=NOW)
    return {"by_field": report.by_field, "dropped": report.dropped} if report.looked_at else {"none": 0}


NOTHING = {"by_field": {}, "dropped": {}}


def test_the_samples_read_again_are_the_same(samples: list[Source]) -> None:
    assert changes_of() == NOTHING
    assert [compare(source, now=NOW).is_empty for source in samples] == [True] * len(samples)


def test_the_samples_stay_the_same_after_a_correction_and_a_merge(samples: list[Source]) -> None:
    film = Category.objects.get(slug="film")
    for event in Event.objects.order_by("id")[:30]:
        events.edit(event.pk, {"category": film, "title": "Another name"}, now=NOW, by=PIPELINE)
    one, other = Event.objects.filter(publication="approved").order_by("-id")[:2]
    events.merge(one.pk, other.pk, now=NOW, by=make_staff())
    assert changes_of() == NOTHING
    assert [compare(source, now=NOW).is_empty for source in samples] == [True] * len(samples)


def test_a_replay_and_a_refinement_of_the_same_write_nothing(samples: list[Source]) -> None:
    facts, told_of = (
        list(Listing.objects.order_by("id").values("id", "facts", "changed_at")),
        Change.objects.count(),
    )
    for source in samples:
        run = apply(source, now=NOW)
        assert counts(run).keys() <= {"unchanged", "merged"}
    assert refine_stored(apply=True, now=NOW).applied == 0
    assert list(Listing.objects.order_by("id").values("id", "facts", "changed_at")) == facts
    assert Change.objects.count() == told_of


def test_a_second_load_of_the_samples_changes_nothing(samples: list[Source]) -> None:
    for run in load_samples(now=NOW):
        assert counts(run).keys() <= {"unchanged"}
    assert not rematch(since=NOW - timedelta(days=400), dry=True, now=NOW).merged


def test_a_day_in_words_stays_the_day_that_was_meant() -> None:
    """Read again six weeks later, "5 December" would be next year's."""
    source = feed_source(connector="scraper", config={"container": "li", "title": "b", "date": "i"})
    page = b"<ul><li><b>Raga at Dusk</b><i>20 December, 8pm</i></li><li><b>Open Mic</b><i>Sat 5 Dec, 9pm</i></li></ul>"
    load(source, [payload(page, content_type="text/html")], now=NOW)
    later = NOW + timedelta(days=42)
    assert Event.objects.count() == 2
    assert refine_stored(now=later).by_field == {}
    assert compare(source, now=later).changed == []


def test_a_confidence_that_drifts_is_no_change() -> None:
    source = feed_source()
    take(source, many(3))
    for row in Listing.objects.all():
        sure = row.facts["confidence"]
        Listing.objects.filter(pk=row.pk).update(
            facts={**row.facts, "confidence": {**sure, "category": sure["category"] - 0.04}}
        )
    assert changes_of() == NOTHING
    assert compare(source, now=NOW).is_empty


def test_what_is_learnt_anew_is_listed_by_field_with_examples_and_not_written() -> None:
    source = feed_source()
    take(
        source,
        [replace(reported(number, title=f"Jazz concert {number}"), lines=("X-A:1",)) for number in range(25)],
    )
    Source.objects.update(usual={"categories": {"music": 25}, "hours": {"music": 2.0}})
    Listing.objects.update(facts=Listing.objects.first().facts | {"setting": "outdoor"})  # type: ignore[union-attr]
    out = StringIO()
    call_command("refine", "--since", "3650", "--now", NOW.isoformat(), stdout=out)
    assert "  setting: 25\n    Jazz concert" in out.getvalue()
    assert "Nothing was written" in out.getvalue()
    assert usual.of(source)["hours"] == {"music": 2.0}


@pytest.mark.django_db(transaction=True)
def test_a_process_with_another_order_of_sets_finds_no_change_in_the_samples(
    child_environment: dict[str, str],
) -> None:
    make_categories()
    make_city(slug="bengaluru")
    load_samples(now=now())
    words = [sys.executable, "-W", "ignore", "manage.py", "refine", "--since", "3650", "--json"]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    ran = subprocess.run(
        words, env={**child_environment, "PYTHONHASHSEED": seed}, capture_output=True, check=True
    )
    report = json.loads(ran.stdout)
    assert report["looked_at"] > 100
    assert {"by_field": report["by_field"], "dropped": report["dropped"]} == NOTHING


@pytest.mark.parametrize("command", ["categorize", "match"])
def test_a_command_prints_the_same_bytes_whatever_the_order_of_sets_and_threads(command: str) -> None:
    rows = [
        {"id": str(n), "title": f"{one.title}, live", "description": one.description}
        for n, one in enumerate(many(12))
    ]
    given = "".join(f"{json.dumps(row)}\n" for row in rows)
    if command == "match":
        listed = (
            f"{one.uid},s{n % 3},{one.title},{NOW:%Y-%m-%dT20:00},The Blue Room\n"
            for n, one in enumerate(many(12) * 2)
        )
        given = "id,source,title,start,venue\n" + "".join(listed)
    told_twice = [_output(command, given, PYTHONHASHSEED=seed, OMP_NUM_THREADS=seed) for seed in ("1", "2")]
    assert told_twice[0] == told_twice[1] != b""


def _output(command: str, given: str, **environment: str) -> bytes:
    path = settings.BASE_DIR / "manage.py"
    arguments = ["/dev/stdin", "--all"] if command == "match" else []
    ran = subprocess.run(
        [sys.executable, str(path), command, *arguments],
        input=given.encode(), capture_output=True, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    return ran.stdout
