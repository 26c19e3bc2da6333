"""Several processes run tests at once, each with its own database, Valkey database and ports."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.db import connection

from config.embedded.paths import PROJECT
from tests import environment, scheduling, template
from tests.ports import free_port

ASK = """
import json, os
from tests import environment
environment.prepare()
before = dict(os.environ)
environment.prepare()
assert before == dict(os.environ)
print(json.dumps({name: os.environ[name] for name in ("NOCTURNE_TEST_DB", "CACHE_PREFIX", "REDIS_URL", "NOCTURNE_VAR")}), flush=True)
input()
"""


@pytest.fixture
def workers():
    """The settings of two workers of pytest-xdist that run at once."""
    with ExitStack() as stack:
        found = []
        for name in ("gw7", "gw8"):
            child = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", ASK],
                    env={**os.environ, "PYTEST_XDIST_WORKER": name},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(child.kill)
            found.append(json.loads(child.stdout.readline()))
        yield found


@pytest.mark.parametrize("name", ["NOCTURNE_TEST_DB", "CACHE_PREFIX", "REDIS_URL"])
def test_workers_share_no_name_with_one_another_or_with_this_process(workers, name):
    assert len({os.environ[name], *(worker[name] for worker in workers)}) == 3


def test_workers_share_the_servers(workers):
    assert {worker["NOCTURNE_VAR"] for worker in workers} == {os.environ["NOCTURNE_VAR"]}


def test_a_child_of_a_test_works_with_the_names_of_its_process():
    before = dict(os.environ)
    environment.prepare()
    assert dict(os.environ) == before


def test_a_port_is_given_once_and_a_server_may_have_it():
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    with socket.create_server(("127.0.0.1", ports[0])) as server:
        assert server.getsockname()[1] == ports[0]


def test_nobody_listens_at_a_port_that_was_given():
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", free_port())) != 0


def test_a_port_that_was_given_is_not_free():
    with socket.socket() as probe, pytest.raises(OSError, match="in use"):
        probe.bind(("127.0.0.1", free_port()))


def test_the_database_is_a_copy_of_a_migrated_template(db):
    assert template.name() in template._templates()
    assert connection.settings_dict["NAME"].startswith(os.environ["NOCTURNE_TEST_DB"])


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/events/test_seo.py::test_a[x/y::z]", "tests/events/test_seo.py"),
        (
            "tests/hostile/test_readers.py::test_a[step:times]",
            "tests/hostile/test_readers.py::test_a[step:times]",
        ),
        ("tests/browser/test_live.py::test_a", "one browser"),
        ("tests/test_story.py::test_a", "one browser"),
        ("tests/realtime/chaos/test_gaps.py::test_a", "many processes"),
    ],
)
def test_what_is_handed_out_together(nodeid, unit):
    assert scheduling.unit(nodeid) == unit


PLACES = [*scheduling.GROUPS.values(), *scheduling.MARKS.values(), scheduling.ONE_BY_ONE]


@pytest.mark.parametrize("place", sorted({place for places in PLACES for place in places}))
def test_every_place_that_is_named_is_there(place):
    file, _, test = place.partition("::")
    assert (PROJECT / file).exists()
    assert not test or f"def {test}" in (PROJECT / file).read_text()


def test_browsers_come_first_and_chaos_last():
    names = (
        "realtime/chaos/test_a",
        "events/test_b",
        "realtime/nchan/test_nchan",
        "events/test_c",
        "browser/test_d",
        "events/test_b",
    )
    items = [SimpleNamespace(nodeid=f"tests/{name}.py::test_x") for name in names]
    assert [item.nodeid[6:-11] for item in scheduling.in_order(items)] == [
        "browser/test_d", "realtime/nchan/test_nchan", "events/test_b", "events/test_b", "events/test_c", "realtime/chaos/test_a",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("nodeid", "asked", "marks"),
    [
        ("tests/egress/crawl/test_spider.py::test_a", ["chromium_path"], ["browser"]),
        ("tests/sources/test_chaos.py::test_a", [], ["chaos"]),
        ("tests/benchmarks/test_ingest.py::test_a", [], ["benchmark"]),
        ("tests/events/test_seo.py::test_a", ["db"], []),
    ],
)
def test_slow_tests_are_marked_by_where_they_stand_and_what_they_ask_for(nodeid, asked, marks):
    assert list(scheduling.marks(SimpleNamespace(nodeid=nodeid, fixturenames=asked))) == marks


def test_a_share_of_the_pumping_is_not_slow():
    items = [
        SimpleNamespace(nodeid=f"tests/hostile/test_readers.py::test_a[{number}]") for number in range(500)
    ]
    assert 10 < sum(not list(scheduling.marks(item)) for item in items) < 30
