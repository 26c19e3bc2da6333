"""The writer of the chaos tests.

A process that commits seeded changes to real events, with several connections. It uses the project's own
services, and answers one JSON object a line on a socket. A commit that fails because a service is down is
repeated until it succeeds: what was committed must reach readers, and the stream must continue.
"""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

PATIENCE = 120.0
_now = timezone.now


class Clock(threading.local):
    """A clock for each thread."""

    wrong_by = timedelta()

    def now(self) -> datetime:
        return _now() + self.wrong_by


clock = Clock()
CITIES = ("bengaluru", "goa")


def attend(listening: socket.socket) -> None:
    """Serve one client: each line `{"do": name, …}` is answered with `{"answer": …}` or `{"error": …}`."""
    timezone.now = clock.now
    client, _ = listening.accept()
    with client.makefile("rw") as lines:
        for line in lines:
            asked = json.loads(line)
            try:
                reported = {"answer": DOORS[asked.pop("do")](**asked)}
            except Exception as error:
                reported = {"error": repr(error)}
            lines.write(json.dumps(reported, default=str) + "\n")
            lines.flush()


def found(count: int, city: str = CITIES[0]) -> list[str]:
    """Create `count` approved events in one transaction. Returns their ids."""
    from events import services
    from tests import factories

    start = timezone.now() + timedelta(hours=30)
    for slug in CITIES:
        factories.make_city(slug=slug)
    factories.make_categories()
    names = [f"Concert {uuid7().hex[-12:]}" for _ in range(count)]
    entries = [
        factories.make_entry(event=factories.normalized(title=name, start=start), city=city) for name in names
    ]
    with transaction.atomic():
        services.record_events(
            entries, origin=factories.make_origin(), judge=factories.publish_all, now=timezone.now()
        )
    return [str(entry.event_id) for entry in entries]


def storm(
    seed: int, events: list[str], count: int, threads: int, pause: float = 0.0, skew: float = 0.0
) -> int:
    """`count` transactions of `threads` threads with a connection each.

    Edits, cancellations, removals, returns, rollbacks. Transactions on several events hold them while others
    commit, so that numbers, clocks and commits come in different orders. The clock of each transaction is
    wrong by up to `skew` seconds, like those of several machines.
    """
    done = [0] * threads

    def work(place: int) -> None:
        chance = random.Random(f"{seed}/{place}")
        try:
            for number in range(count // threads):
                picked = sorted(chance.sample(events, min(chance.randint(1, 3), len(events))))
                act, rolled_back, held = chance.random(), chance.random() < 0.1, chance.uniform(0, pause)
                clock.wrong_by = timedelta(seconds=chance.uniform(-skew, skew))
                _surely(partial(_once, picked, act, f"{place}.{number}", rolled_back, held))
                done[place] += 1
                time.sleep(chance.uniform(0, pause))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(place,)) for place in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) == count // threads * threads, "a thread of the writer failed, see its log"
    return sum(done)


def plain(count: int, topics: list[str], things: int = 0, size: int = 0, hook: bool = True) -> int:
    """`count` plain changes of `things` objects (by default one each) in one transaction, with a text of
    `size` letters.

    Without `hook` like a process that died right after the commit: nobody numbers them, nobody hints.
    """
    from outbox import services
    from outbox.models import Change
    from outbox.records import NewChange

    names = [uuid7() for _ in range(things or count)]
    with transaction.atomic():
        if hook:
            services.record(
                NewChange(
                    type="event.changed",
                    object_type="event",
                    object_id=names[n % len(names)],
                    topics=tuple(topics),
                    data={"n": n, "t": "x" * size},
                )
                for n in range(count)
            )
        else:
            Change.objects.bulk_create(
                Change(type="event.changed", object_type="event", object_id=name, topics=topics, data={})
                for name in names
            )
    return count


def renew() -> str:
    """Begin a new epoch, as after a restore."""
    from outbox.services import renew_epoch

    return renew_epoch().epoch


def age(keep: int) -> int:
    """Make all but the newest `keep` changes older than the retention, and prune them. Returns how many."""
    from outbox.models import Change, Epoch
    from outbox.tasks import prune

    old = timezone.now() - timedelta(days=30)
    Change.objects.filter(number__lte=Epoch.objects.get(pk=1).last_number - keep).update(at=old)
    return prune()


def _once(picked: list[str], act: float, mark: str, rolled_back: bool, held: float) -> None:
    from accounts.rights import PIPELINE
    from events import services
    from events.enums import Happening, Publication
    from events.models import Event

    ids = [UUID(name) for name in picked]
    with transaction.atomic():
        states = dict(
            Event.objects.filter(id__in=ids)
            .select_for_update()
            .order_by("id")
            .values_list("id", "publication")
        )
        if act < 0.15:
            seen = [name for name in ids if states[name] == Publication.APPROVED]
            services.change_statuses(seen, Publication.ARCHIVED, by=PIPELINE)
        elif act < 0.5 and (gone := [name for name in ids if states[name] == Publication.ARCHIVED]):
            services.change_statuses(gone, Publication.APPROVED, by=PIPELINE)
        elif act < 0.6:
            services.change_happening(
                ids[0], Happening.CANCELLED if act < 0.55 else Happening.SCHEDULED, by=PIPELINE
            )
        else:
            for name in ids:
                services.edit(name, {"title": f"Concert {mark}"}, by=PIPELINE)
                time.sleep(held)
        if rolled_back:
            transaction.set_rollback(True)


def _surely(work: Callable[[], Any]) -> None:
    """Repeat until committed. A commit whose answer was lost is repeated, which is one more change."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except DatabaseError:
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


DOORS: dict[str, Callable[..., Any]] = {
    "found": found,
    "storm": storm,
    "plain": plain,
    "renew": renew,
    "age": age,
}
