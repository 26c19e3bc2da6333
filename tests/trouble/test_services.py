"""PostgreSQL gone for a minute, a full disk, an exhausted pool, a full queue."""

import os
import threading
import time
from contextlib import closing

import httpx
import psycopg
import pytest
import redis

from config.embedded import EmbeddedError
from tests.trouble.feeds import ports, served, sources
from tests.trouble.machine import Machine
from tests.waiting import until

#: How long PostgreSQL is away.
GONE = float(os.environ.get("CHAOS_GONE", "60"))
#: Seconds until a reader is told while it is: DATABASE_AWAY_SECONDS (2) for each step of a request that asks, on a busy machine.
ANSWERED = 15.0
_BIG = "INSERT INTO filling SELECT repeat(md5(n::text), 40) FROM generate_series(1, 2000) AS n"


def _takes(one: Machine) -> bool:
    try:
        one.services.start()
        return bool(one.rows("SELECT 1"))
    except (psycopg.Error, EmbeddedError):
        return False


def test_postgresql_is_gone_for_a_minute(machine):
    with served(1, count=12) as feeds:
        one = machine(EGRESS_ALLOWED_PORTS=ports(feeds))
        one.do(sources(feeds))
        one.start("web", "fetch", "process", "notify", "beat")
        assert one.get("/api/v1/events").status_code == 200
        one.kill("postgres")
        gone, answers = time.monotonic(), []
        while time.monotonic() - gone < GONE:
            begun = time.monotonic()
            answer = one.get("/api/v1/events", params={"q": f"jazz{len(answers)}"})
            answers.append((answer.status_code, time.monotonic() - begun, answer.headers.get("Retry-After")))
            begun = time.monotonic()
            page = one.get(f"/search?q=jazz{len(answers)}")
            answers.append((page.status_code, time.monotonic() - begun, page.headers.get("Retry-After")))
            assert one.get("/healthz").status_code == 200
        assert one.get("/readyz").status_code == 503
        assert {(status, bool(retry)) for status, _, retry in answers} == {(503, True)}, answers
        assert max(seconds for _, seconds, _ in answers) < ANSWERED
        one.services.start()
        back = time.monotonic()
        until(lambda: one.get("/api/v1/events").status_code == 200, "readers are answered again", 30)
        readers = time.monotonic() - back
        one.rows("UPDATE sources_source SET next_fetch_at = now()")
        until(lambda: one.rows("SELECT count(*) FROM events_event") == [(12,)], "the pipeline goes on")
        print(
            {
                "gone": GONE,
                "asked": len(answers),
                "slowest": round(max(seconds for _, seconds, _ in answers), 1),
                "readers_seconds": round(readers, 1),
                "pipeline_seconds": round(time.monotonic() - back, 1),
            }
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted")
def test_the_disk_is_full(machine):
    one = machine(size="700M", DATABASE_POOL="false")
    one.do("from tests.factories import make_city\nmake_city()\nanswer = True")
    one.start("web")
    assert one.get("/bengaluru/").status_code == 200
    one.rows("CREATE TABLE filling (text text)")
    committed, said = 0, ""
    while not said and committed < 2_000_000:
        try:
            one.rows(_BIG)
            committed += 2000
        except psycopg.Error as error:
            said = str(error)
    assert "No space left" in said or "server closed the connection" in said, said
    print(
        {
            "committed": committed,
            "said": said.splitlines()[0],
            "lives": one.services.postgres.pid() is not None,
        }
    )
    # whatever stopped: with room again everything is there and is taken
    one.grow("1400M")
    until(lambda: _takes(one), "PostgreSQL is there again", 120)
    assert one.rows("SELECT count(*) FROM filling")[0][0] in (committed, committed + 2000)
    one.rows(_BIG)
    until(lambda: one.get("/bengaluru/").status_code == 200, "readers are answered", 60)


def test_the_pool_is_exhausted(machine):
    """Writers hold a row, and requests that need it all connections: others are told to come back, and it passes by itself."""
    one = machine(DATABASE_STATEMENT_SECONDS="15", DATABASE_LOCK_SECONDS="5")
    one.do("from tests.factories import make_city\nmake_city()\nanswer = True")
    one.start("web")
    assert one.get("/api/v1/events").status_code == 200
    answers: list[tuple[int, float]] = []

    def ask(number: int) -> None:
        begun = time.monotonic()
        try:
            status = one.get("/api/v1/events", params={"q": f"jazz {number}"}).status_code
        except httpx.TransportError:
            status = 0
        answers.append((status, time.monotonic() - begun))

    with closing(psycopg.connect(one.services.database_url)) as holding:
        holding.execute("LOCK TABLE events_event IN ACCESS EXCLUSIVE MODE")
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        begun = time.monotonic()
        assert one.get("/healthz").status_code == 200
        assert time.monotonic() - begun < 5
        for thread in threads:
            thread.join()
        holding.rollback()
    assert {status for status, _ in answers} == {503}, sorted(answers)
    slowest = max(seconds for _, seconds in answers)
    assert slowest < 60
    begun = time.monotonic()
    until(lambda: one.get("/api/v1/events", params={"q": "afterwards"}).status_code == 200, "it passes", 10)
    print(
        {
            "asked": len(answers),
            "slowest": round(slowest, 1),
            "afterwards_seconds": round(time.monotonic() - begun, 1),
        }
    )


def test_the_queue_is_full(machine):
    """Valkey takes no more: runs and submissions are kept in PostgreSQL, and go on when there is room."""
    with served(1, count=12) as feeds:
        one = machine(EGRESS_ALLOWED_PORTS=ports(feeds))
        one.do(sources(feeds))
        one.start("web")
        with redis.Redis.from_url(one.services.redis_url) as valkey:
            valkey.config_set("maxmemory-policy", "noeviction")
            valkey.config_set("maxmemory", "1")
            body = {
                "title": "Night of jazz",
                "start": "2030-01-05T20:00:00+05:30",
                "city": "bengaluru",
                "venue": "The Humming Tree",
            }
            told = httpx.post(f"{one.address}/api/v1/submissions", json=body, timeout=60)
            assert told.status_code == 202, told.text
            assert one.get("/bengaluru/").status_code == 200
            one.start("fetch", "process", "notify", "beat")
            time.sleep(5)
            valkey.config_set("maxmemory", "0")
            ended = one.revive()
        full = time.monotonic()
        until(
            lambda: one.rows("SELECT count(*) FROM sources_stagedevent WHERE state = 'recorded'")[0][0] >= 12,
            "runs go on",
            240,
        )
        taken = "SELECT count(*) FROM sources_stagedevent WHERE title = 'Night of jazz'"
        until(lambda: one.rows(taken) == [(1,)], "the submission is taken, once", 240)
        print({"ended_meanwhile": ended, "went_on_seconds": round(time.monotonic() - full, 1)})
