"""How many digests a second are recorded, composed and handed over: `python -m benchmarks.digest --subscribers 100000`.

In a world of made events (`benchmarks.many`) there are subscribers of 40 cities with 500 different sets of wishes (the whole
city, a category, two, a part of the city); each fifth has an account with preferences, follows and favourites
(`benchmarks.for_me`), so that their digest is ordered for them alone. All of them had a digest the week before. Measured is
all of the work of a week: recording (`record_for`), then composing, handing over and noting each mail (`services.send_all`), by
as many processes as `--processes`, into a sink on a socket of this machine that reads and drops. Last line:
`{"subscribers", "seconds", "per_second", "peak_rss_mb", "record_seconds", "send_seconds", "sent",
"bytes_per_mail", "filter_sets", "cities", "personal", "events", "load", "reference_seconds"}`; seconds and per_second are of
recording and sending together.
"""

import argparse
import json
import os
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from django.core.mail.backends.base import BaseEmailBackend

from benchmarks import for_me, many, world
from benchmarks.memory import PeakMemory
from benchmarks.processor import watched

#: A Monday at nine, in most of the cities.
WHEN: Final = world.NOW + timedelta(days=2, hours=4)
CITIES: Final = 40
SETS: Final = 500
#: Each so many-th subscriber has an account.
PERSONAL: Final = 5
_PERSON: Final = "01a20000-0000-7000-8000-{:012x}"
_CHUNK: Final = 5_000


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--subscribers", type=int, default=2_000)
    options.add_argument("--events", type=int, default=20_000, help="of the made world")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--profile", action="store_true", help="print where one process spends its time")
    asked = options.parse_args()
    os.environ.setdefault("MAIL_PROVIDERS", "benchmarks.digest.Sink")
    os.environ.setdefault("MAIL_RATE", "10000000")
    with world.running():
        with many.database(asked.events), PeakMemory() as memory:
            subscribe(asked.subscribers, asked.events)
            with watched() as told:
                told |= _measure(asked.processes, is_profiled=asked.profile)
        told |= {"subscribers": asked.subscribers, "events": asked.events, "peak_rss_mb": memory.peak_mb}
        print(json.dumps(told))


def subscribe(count: int, events: int) -> None:
    """The subscribers, and what they were sent the week before."""
    from digests.models import Subscription

    begun, people = time.perf_counter(), max(count // PERSONAL, 1)
    for_me.seed(people, people * 10, events)
    wishes = filter_sets()
    for first in range(0, count, _CHUNK):
        rows = [_subscription(number, wishes) for number in range(first, min(count, first + _CHUNK))]
        Subscription.objects.bulk_create(rows)
    _send_last_week()
    print(f"making subscribers took {time.perf_counter() - begun:.0f} s", flush=True)


def filter_sets() -> list[dict[str, Any]]:
    """The columns of the subscriptions that share their events, `SETS` in `CITIES`."""
    from places.models import City

    cities = list(City.objects.filter(state="active").prefetch_related("areas").order_by("slug")[:CITIES])
    chance, found = random.Random(19), list[dict[str, Any]]()
    for number in range(SETS):
        city, turn = cities[number % len(cities)], number // len(cities)
        areas = list(city.areas.all())
        if turn == 0:
            found.append({"kind": "city", "city": city})
        elif turn == 1 and areas:
            found.append({"kind": "area", "city": city, "area": areas[0]})
        elif turn == 2:
            found.append({"kind": "category", "city": city, "category_id": "music"})
        else:
            chosen = sorted(chance.sample(world.CATEGORIES, 2 + turn % 4))
            found.append({"kind": "city", "city": city, "filters": {"categories": chosen, "tags": []}})
    return found


def _subscription(number: int, wishes: Sequence[dict[str, Any]]) -> Any:
    from accounts.crypto import address_hash
    from digests.models import Subscription

    address = f"reader{number}@bench.example"
    long_ago = world.NOW - timedelta(days=90)
    person = UUID(_PERSON.format(number // PERSONAL + 1)) if number % PERSONAL == 0 else None
    return Subscription(
        address=address, address_hash=address_hash(address), user_id=person, active=True, token_hash=f"{number:064x}", requested_at=long_ago,
        confirmed_at=long_ago, consented_at=long_ago, scheduled_at=long_ago, language="en", **wishes[number % len(wishes)],
    )  # fmt: skip


def _send_last_week() -> None:
    """The digests of the week before, as sent."""
    from digests.models import Delivery, Subscription
    from digests.services.recording import record_for
    from digests.targets import RELATED, TOGETHER

    earlier = WHEN - timedelta(days=7)
    rows = Subscription.objects.select_related(*RELATED).defer("address").order_by(*TOGETHER)
    record_for(rows.iterator(500), now=earlier, period="2026-W47")
    Delivery.objects.update(state="sent", sent_at=earlier)
    Subscription.objects.update(last_sent_at=earlier)


def _measure(processes: int, *, is_profiled: bool) -> dict[str, Any]:
    from django.db import connections

    from digests.models import Delivery, Subscription
    from digests.services.recording import record_for
    from digests.targets import RELATED, TOGETHER

    begun = time.perf_counter()
    rows = Subscription.objects.select_related(*RELATED).defer("address").order_by(*TOGETHER)
    record_for(rows.iterator(500), now=WHEN, period="2026-W48")
    recorded = time.perf_counter()
    ids = list(
        Delivery.objects.filter(period="2026-W48", state="recorded")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    connections.close_all()
    with sink() as (address, count):
        if is_profiled:
            _profiled(ids, address)
        else:
            share = -(-len(ids) // processes)
            _in_children([(ids[first : first + share], address) for first in range(0, len(ids), share)])
        sent_at = time.perf_counter()
    sent = Delivery.objects.filter(period="2026-W48", state="sent").count()
    seconds = sent_at - begun
    return {
        "seconds": round(seconds, 2), "per_second": round(sent / seconds, 1), "record_seconds": round(recorded - begun, 2),
        "send_seconds": round(sent_at - recorded, 2), "sent": sent, "bytes_per_mail": count["bytes"] // max(sent, 1), "filter_sets": SETS,
        "cities": CITIES, "personal": len(ids) // PERSONAL,
    }  # fmt: skip


def _in_children(shares: Sequence[tuple[list[UUID], str]]) -> None:
    """Each share in a process of its own."""
    children = []
    for share in shares:
        child = os.fork()
        if not child:
            code = 1
            try:
                _send(*share)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise SystemExit("a process that sent mails ended with an error")


def _send(ids: Sequence[UUID], address: str) -> None:
    """Send them, and print the memory at each quarter."""
    from digests import services

    Sink.address, quarter = address, max(len(ids) // 4, 1)
    for first in range(0, len(ids), services.MOST):
        services.send_all(ids[first : first + services.MOST], now=WHEN + timedelta(minutes=1))
        if first // quarter != (first + services.MOST) // quarter:
            print(f"{os.getpid()}: {first} mails, {_rss_mb()} MB", flush=True)


def _profiled(ids: Sequence[UUID], address: str) -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(_send, ids, address)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


class Sink(BaseEmailBackend):
    """The provider: writes each mail to the sink, by one connection for a process."""

    address = ""
    link: socket.socket | None = None

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write them all, as an SMTP server would get them. Returns how many."""
        from mail.providers.written import written

        if Sink.link is None:
            Sink.link = socket.socket(socket.AF_UNIX)
            Sink.link.connect(Sink.address)
        for message in email_messages:
            Sink.link.sendall(written(message))
        return len(email_messages)


@contextmanager
def sink() -> Iterator[tuple[str, dict[str, int]]]:
    """The address of a socket whose bytes are read, counted and dropped."""
    count = {"bytes": 0}
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address = str(Path(folder) / "sink")
        listening.bind(address)
        listening.listen(16)
        threading.Thread(target=_drain, args=(listening, count), daemon=True).start()
        yield address, count


def _drain(listening: socket.socket, count: dict[str, int]) -> None:
    def read(link: socket.socket) -> None:
        while part := link.recv(1 << 16):
            count["bytes"] += len(part)

    while True:
        try:
            link, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=read, args=(link,), daemon=True).start()


def _rss_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // (1 << 20)


if __name__ == "__main__":
    from benchmarks.digest import main as whole  # so that the provider is this module, and not a second one

    whole()
