"""Chaos of mail: two senders, of which one is killed with SIGKILL at a random moment, again and again.

`make chaos-mail` does 200 kills over 500 subscribers for each provider, `make test` a few (`tests/mail/test_chaos.py`). The
tests do not wait for leases: after each ten kills both senders are dead, and leases and the moments of hand-over are set back
as if the time had passed.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts.crypto import address_hash
from digests import services
from digests.enums import DeliveryKind, DeliveryState
from digests.models import Delivery, Subscription
from digests.tokens import hash_of, token_of
from mail import dispatches
from mail.enums import DispatchState
from mail.models import Dispatch
from tests.factories import make_city, record_event

#: Long enough for a fork, its connections, and a few mails (seconds).
_WITHIN = 0.35
_ROUND = 10


@dataclass
class Senders:
    """Two processes that send what waits, and the kills that hit one."""

    nursery: subprocess.Popen[str]
    chance: random.Random
    pids: list[int] = field(default_factory=list)
    kills: int = 0

    def fill(self) -> None:
        """Two that live."""
        self.pids = [pid for pid in self.pids if _lives(pid)]
        while len(self.pids) < 2:
            assert self.nursery.stdin is not None
            assert self.nursery.stdout is not None
            self.nursery.stdin.write("fork\n")
            self.pids.append(int(self.nursery.stdout.readline()))

    def kill_one(self) -> None:
        """At a random moment; no handler runs, and nothing is cleaned up."""
        time.sleep(self.chance.random() * _WITHIN)
        pid = self.pids.pop(self.chance.randrange(len(self.pids)))
        self.kills += _killed(pid)

    def kill_all(self) -> None:
        """So that all that they held is lost."""
        while self.pids:
            _killed(self.pids.pop())

    def finish(self) -> None:
        """Let one send the rest."""
        self.fill()
        while any(_lives(pid) for pid in self.pids):
            time.sleep(0.02)
        self.pids.clear()


@contextlib.contextmanager
def senders(environment: dict[str, str], *, seed: int) -> Iterator[Senders]:
    """The nursery, ended after the block."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.mail.chaos_sender"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, bufsize=1) as nursery:
        both = Senders(nursery, random.Random(seed))
        try:
            yield both
        finally:
            both.kill_all()
            assert nursery.stdin is not None
            nursery.stdin.close()


@dataclass
class Readers:
    """So many subscribers. `write` lets another digest wait for each."""

    count: int
    weeks: int = 0

    def __post_init__(self) -> None:
        moment, city = now(), make_city()
        with transaction.atomic():
            self.event = record_event(start=moment + timedelta(days=2))
        self.rows = []
        for number in range(self.count):
            address = f"reader{number}@example.org"
            row = Subscription(
                address=address, address_hash=address_hash(address), city=city, active=True, confirmed_at=moment, requested_at=moment
            )  # fmt: skip
            row.token_hash = hash_of(token_of(row))
            self.rows.append(row)
        Subscription.objects.bulk_create(self.rows)
        self.write()

    def write(self) -> None:
        """Another week."""
        self.weeks += 1
        Delivery.objects.bulk_create(
            Delivery(subscription=row, kind=DeliveryKind.DIGEST, period=f"week {self.weeks}", event_ids=[self.event.pk], created_at=now())
            for row in self.rows
        )  # fmt: skip


def storm(both: Senders, readers: Readers, *, kills: int, say: Callable[[str], object]) -> None:
    """Kill so often, then let the rest go. No delivery waits after it."""
    while both.kills < kills:
        if Delivery.objects.filter(state=DeliveryState.RECORDED).count() < _ROUND * 3:
            readers.write()
        for _ in range(min(_ROUND, kills - both.kills)):
            both.fill()
            both.kill_one()
        both.kill_all()
        _let_time_pass()
        say(f"{both.kills} kills, {_states()}")
    both.finish()
    _let_time_pass()
    both.finish()


def check(taken: list[str]) -> dict[str, Any]:
    """What must hold: nothing doubled, and whatever did not go is listed with its reason. `taken` are ids of deliveries."""
    counts = Counter(taken)
    doubled = {delivery: count for delivery, count in counts.items() if count > 1}
    assert doubled == {}, doubled
    for row in Delivery.objects.all():
        went, name = str(row.pk) in counts, f"{row.pk} {row.state} {row.error}"
        assert row.state in (DeliveryState.SENT, DeliveryState.UNKNOWN), name
        assert went or row.state != DeliveryState.SENT, f"said to be sent, and was not: {name}"
        assert row.error or row.state == DeliveryState.SENT, f"without a reason: {name}"
    unknown = Delivery.objects.filter(state=DeliveryState.UNKNOWN).values_list("pk", flat=True)
    return {
        "mails": Delivery.objects.count(),
        "sent": Delivery.objects.filter(state=DeliveryState.SENT).count(),
        "doubled": len(doubled),
        "unknown": len(unknown),
        "unknown_that_went": sum(str(pk) in counts for pk in unknown),
    }


def _let_time_pass() -> None:
    """As if both leases were over: the senders are dead."""
    long_ago = now() - timedelta(minutes=11)
    Delivery.objects.filter(state=DeliveryState.SENDING).update(lease_until=long_ago)
    Dispatch.objects.filter(state=DispatchState.HANDING).update(handed_at=long_ago - dispatches.LEASE)
    services.recover_lost(now=now())
    Delivery.objects.filter(state=DeliveryState.FAILED, retry_at__isnull=False).update(retry_at=long_ago)
    services.retry_failed(now=now())


def _states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.values_list("state", flat=True)))


def _killed(pid: int) -> bool:
    """Kill it and wait for its end. False where it had ended by itself."""
    if not _lives(pid):
        return False
    os.kill(pid, signal.SIGKILL)
    while _lives(pid):
        time.sleep(0.001)
    return True


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - read a thousand times a second
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
