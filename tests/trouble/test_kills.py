"""Processes of all kinds and both services killed at random under load: nothing is lost, nothing doubled, and it recovers."""

import json
import os
import random
import time

from tests.trouble.feeds import Feed, ports, served, sources
from tests.trouble.machine import Machine
from tests.waiting import until

KILLS = int(os.environ.get("CHAOS_KILLS", "40"))
SEED = int(os.environ.get("SEED", "1"))
#: Seconds from the last kill until all is as if there had been none.
RECOVERED = 120.0
KINDS = ("web", "fetch", "process", "notify", "beat")
SERVICES = ("postgres", "valkey")
#: Beat looks for due sources every 5 s instead of every minute, so that there is always work.
_HURRY = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
every, _ = IntervalSchedule.objects.get_or_create(every=5, period="seconds")
PeriodicTask.objects.update_or_create(name="fetch due sources", defaults={"task": "sources.tasks.fetch_due_sources", "interval": every})
answer = True
"""
#: Commits numbered changes; after an error it looks whether the last one is there, as a careful client does.
_WRITER = """
import sys, time, uuid
from django.db import DatabaseError, connection, transaction
from outbox.models import Change
from outbox.records import NewChange
from outbox.services import record
number, path = 0, {path!r}
with open(path, "a", buffering=1) as confirmed:
    while True:
        thing = uuid.uuid5(uuid.NAMESPACE_URL, str(number))
        try:
            if not Change.objects.filter(object_id=thing).exists():
                with transaction.atomic():
                    record([NewChange(type="system.notice", object_type="drill", object_id=thing, topics=("events:all",), data={{"n": number}})])
        except DatabaseError:
            connection.close()
            time.sleep(0.1)
            continue
        confirmed.write(f"{{number}}\\n")
        number += 1
        time.sleep(0.02)
"""


def _due(machine: Machine) -> None:
    machine.rows("UPDATE sources_source SET next_fetch_at = now() WHERE claimed_until IS NULL AND is_active")


def _missing(machine: Machine, expected: set[str], since: str) -> str:
    """What is not yet as if nothing had been killed; '' where all is."""
    # a run from before the last kill held its source when all were made due
    machine.rows(
        "UPDATE sources_source s SET next_fetch_at = now() WHERE claimed_until IS NULL AND is_active AND next_fetch_at > now() AND NOT EXISTS"  # noqa: S608
        f" (SELECT FROM sources_fetchrun r WHERE r.source_id = s.id AND r.started_at > '{since}')"
    )
    held = {
        row[0] for row in machine.rows("SELECT external_id FROM sources_stagedevent WHERE state = 'recorded'")
    }
    if held != expected:
        runs = machine.rows(
            "SELECT s.slug, r.state, r.progress->>'phase', r.error_code FROM sources_fetchrun r JOIN sources_source s ON s.id = r.source_id"
        )
        states = machine.rows("SELECT state, drop_reason, count(*) FROM sources_stagedevent GROUP BY 1, 2")
        return f"{len(expected - held)} events are not recorded; {states}; {runs[-12:]}; {machine.queues()}"
    if running := machine.rows(
        "SELECT state, progress->>'phase' FROM sources_fetchrun WHERE state = 'running'"
    ):
        return f"runs are open: {running[:3]}"
    fresh = machine.rows(
        f"SELECT count(DISTINCT source_id) FROM sources_fetchrun WHERE state = 'success' AND started_at > '{since}'"
    )  # noqa: S608
    sources_ = machine.rows("SELECT count(*) FROM sources_source WHERE is_active")
    if fresh != sources_:
        return f"{fresh[0][0]} of {sources_[0][0]} sources were read since"
    waiting = machine.rows("SELECT count(*) FROM outbox_change WHERE number IS NULL")[0][0]
    return f"{waiting} changes wait for a number" if waiting else ""


def _whole(machine: Machine, feeds: list[Feed], since: str, patience: float) -> None:
    """Wait until all is as if nothing had been killed."""
    expected, story = {uid for feed in feeds for uid in feed.expected}, ""

    def asked() -> bool:
        nonlocal story
        machine.revive()
        story = _missing(machine, expected, since)
        return not story and machine.answers()

    try:
        until(asked, "recovered", patience, pause=0.5)
    except AssertionError as error:
        logs = "\n".join(f"--- {kind}\n{machine.log_of(kind).read_text()[-4000:]}" for kind in KINDS)
        raise AssertionError(f"{error}; {story}\n{logs}") from None


def test_random_kills_of_everything_lose_nothing_and_double_nothing(machine):
    chance = random.Random(SEED)
    with served(4, count=12) as feeds:
        one = machine(EGRESS_ALLOWED_PORTS=ports(feeds))
        one.do(sources(feeds))
        one.do(_HURRY)
        one.start(*KINDS)
        confirmed = one.folder / "confirmed"
        one.start_writer(_WRITER.format(path=str(confirmed)))
        _whole(one, feeds, "2000-01-01", 120)
        killed, ended, rounds, started = dict.fromkeys((*KINDS, *SERVICES), 0), 0, 0, time.monotonic()
        while sum(killed.values()) < KILLS:
            rounds += 1
            if rounds % 4 == 1:
                chance.choice(feeds).grow(2)
                _due(one)
            victims = chance.sample((*KINDS, *SERVICES), chance.choice((1, 1, 2)))
            for victim in victims:
                killed[victim] += one.kill(victim)
            time.sleep(chance.uniform(0.0, 0.5))
            for victim in victims:
                one.services.start() if victim in SERVICES else one.restart(victim)
            time.sleep(chance.uniform(0.2, 2.0))
            # a worker that started while Valkey was gone ends, and its supervisor starts it again
            ended += len(one.revive())
        since, begun = one.rows("SELECT now()")[0][0].isoformat(), time.monotonic()
        _due(one)
        expected = {uid for feed in feeds for uid in feed.expected}
        _whole(one, feeds, since, RECOVERED)
        seconds = round(time.monotonic() - begun, 1)
        one.stop_writer()
        # what it wrote last is numbered after its commit, by whoever comes first
        unnumbered = "SELECT count(*) FROM outbox_change WHERE number IS NULL"
        until(lambda: one.rows(unnumbered) == [(0,)], "the last changes are numbered", 30)

        said = [int(line) for line in confirmed.read_text().splitlines()]
        kept = [
            row[0]
            for row in one.rows(
                "SELECT (data->>'n')::int FROM outbox_change WHERE object_type = 'drill' ORDER BY 1"
            )
        ]
        assert set(said) <= set(kept), "a confirmed change is lost"
        assert len(kept) == len(set(kept)), "a change is there twice"
        events = one.rows("SELECT count(*), count(DISTINCT id) FROM events_event")[0][0]
        doubled = one.rows(
            "SELECT origin_id, external_id FROM events_listing GROUP BY 1, 2 HAVING count(*) > 1"
        )
        assert (events, doubled) == (len(expected), [])
        assert one.rows("SELECT count(*) FROM events_listing WHERE missing_since IS NOT NULL") == [(0,)]
        numbers = [row[0] for row in one.rows("SELECT number FROM outbox_change ORDER BY 1")]
        assert numbers == list(range(1, len(numbers) + 1)), "a number is missing or was given twice"
        print(
            json.dumps(
                {
                    "kills": sum(killed.values()),
                    "seconds": round(begun - started, 1),
                    "ended_by_themselves": ended,
                    **killed,
                    "events": events,
                    "changes": len(numbers),
                    "recovered_seconds": seconds,
                }
            )
        )
