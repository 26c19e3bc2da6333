"""`manage.py stats` counts what there is."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import make_event

pytestmark = pytest.mark.django_db


def told(*words: str) -> str:
    out = StringIO()
    call_command("stats", *words, stdout=out)
    return out.getvalue()


def test_it_counts_events_queues_and_bytes():
    make_event()
    found = json.loads(told("--json"))
    assert sum(found["events"].values()) == 1
    assert set(found["queues"]) == {"enrich", "fetch", "notify", "process", "scrape"}
    assert found["database"]["all"] > 1_000_000


def test_it_is_a_table_for_people(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        lines = told().splitlines()
    assert any(line.startswith("alerts open ") for line in lines)
    assert any(line.startswith("database: all ") and line.endswith(" MB") for line in lines)
