"""How many digests a second are recorded, composed and handed over: `python -m benchmarks.digest --subscribers 100000`.

In a world of made events (`benchmarks.many`) there are subscribers of 40 cities with 500 different sets of wishes (the whole
city, a category, two, a part of the city); each fifth has an account with preferences, follows and favourites
(`benchmarks.for_me`), so that their digest is ordered for them alone. All of them had a digest the week before. Measured is
all of the work of a week: recording (`record_for`) in one process, and beside it in `--processes` others composing, handing
over and noting each mail (`services.send_all`), as soon as it is recorded. The mails go by the door's own SMTP provider to
a server on this machine, which holds the whole conversation (EHLO, MAIL, RCPT, DATA), counts and drops. Last line:
`{"subscribers", "seconds", "per_second", "peak_rss_mb", "record_seconds", "sent", "bytes_per_mail", "filter_sets", "cities",
"personal", "events", "processes", "processor_seconds", "processor_ms_per_mail", "load", "reference_seconds"}`, with the
processor time of recording, sending and the server apart; the rest of `processor_seconds` is PostgreSQL's.
"""

import argparse
import json
import os
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

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
_PERIOD: Final = "2026-W48"
#: The door sends to the server of the benchmark, at no rate.
_SETTINGS: Final = {
    "MAIL_PROVIDERS": "smtp", "MAIL_RATE": "10000000", "EMAIL_HOST": "127.0.0.1", "EMAIL_USE_TLS": "false", "EMAIL_USE_SSL": "false",
    "EMAIL_HOST_USER": "", "EMAIL_HOST_PASSWORD": "",
}  # fmt: skip


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--subscribers", type=int, default=2_000)
    options.add_argument("--events", type=int, default=20_000, help="of the made world")
    options.add_argument("--processes", type=int, default=3, help="that send, beside the one that records")
    asked = options.parse_args()
    with server() as (port, link):
        os.environ |= {**_SETTINGS, "EMAIL_PORT": str(port)}
        with world.running(), many.database(asked.events), PeakMemory(each=5.0) as memory:
            subscribe(asked.subscribers, asked.events)
            with watched() as told:
                told |= _measure(asked.processes, link, max(asked.subscribers // asked.processes // 4, 1))
        told |= {
            "subscribers": asked.subscribers, "personal": asked.subscribers // PERSONAL, "events": asked.events,
            "processor_ms_per_mail": round(told["processor_seconds"] / max(told["sent"], 1) * 1e3, 2),
            "peak_rss_mb": memory.peak_mb,
        }  # fmt: skip
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


def _measure(processes: int, link: socket.socket, every: int) -> dict[str, Any]:
    """Record in this process, while others send what it has announced, as workers do."""
    import gc

    from django.db import connections

    from digests.models import Delivery

    connections.close_all()
    gc.collect()
    gc.freeze()  # as workers do after their start
    given, taking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    begun = time.perf_counter()
    children = [_fork(taking, given, every) for _ in range(processes)]
    taking.close()
    processor = time.process_time()
    _record(given)
    recorded, processor = time.perf_counter(), time.process_time() - processor
    given.close()  # the senders end when nothing is left
    sending = sum(_ended(child) for child in children)
    seconds = time.perf_counter() - begun
    sent = Delivery.objects.filter(period=_PERIOD, state="sent").count()
    count = asked_of(link)
    if count["mails"] != sent:
        raise SystemExit(f"{sent} are said to be sent, and the server took {count['mails']}")
    return {
        "seconds": round(seconds, 2), "per_second": round(sent / seconds, 1), "record_seconds": round(recorded - begun, 2), "sent": sent,
        "bytes_per_mail": count["bytes"] // max(sent, 1), "filter_sets": SETS, "cities": CITIES, "processes": processes,
        "recording_processor_seconds": round(processor, 2), "sending_processor_seconds": round(sending, 2),
        "server_processor_seconds": round(count["processor_seconds"], 2),
    }  # fmt: skip


def _record(given: socket.socket) -> None:
    """Record all, and give each hundred to the senders, as the queue would."""
    from digests import receivers, services
    from digests.models import Subscription
    from digests.signals import recorded
    from digests.targets import RELATED, TOGETHER

    def give(*, deliveries: Sequence[UUID], **_: Any) -> None:
        for first in range(0, len(deliveries), services.MOST):
            given.sendall(b"".join(pk.bytes for pk in deliveries[first : first + services.MOST]))

    recorded.disconnect(receivers.queue_deliveries, dispatch_uid="digests.queue_deliveries")
    recorded.connect(give, weak=False)
    rows = Subscription.objects.select_related(*RELATED).defer("address").order_by(*TOGETHER)
    services.record_for(rows.iterator(500), now=WHEN, period=_PERIOD)


def _fork(taking: socket.socket, given: socket.socket, every: int) -> int:
    """A process that sends what it takes. Returns its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        given.close()
        _send(taking, every)
        code = 0
    finally:
        os._exit(code)


def _ended(child: int) -> float:
    """Wait for its end. Returns its seconds of processor time."""
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("a process that sent mails ended with an error")
    return used.ru_utime + used.ru_stime


def _send(taking: socket.socket, every: int) -> None:
    """Send what comes, and print the memory after each so many."""
    from digests import services

    count = 0
    while part := taking.recv(16 * services.MOST):
        ids = [UUID(bytes=part[first : first + 16]) for first in range(0, len(part), 16)]
        before, count = count, count + services.send_all(ids, now=WHEN + timedelta(minutes=1))
        if before // every != count // every:
            print(f"{os.getpid()}: {count} mails, {_rss_mb()} MB", flush=True)


@contextmanager
def server() -> Iterator[tuple[int, socket.socket]]:
    """An SMTP server on this machine, in a process of its own, that drops what it takes: its port, and the link to ask it."""
    listening = socket.create_server(("127.0.0.1", 0))
    mine, its = socket.socketpair()
    child = os.fork()
    if not child:
        mine.close()
        _serve(listening, its)
    its.close()
    port = listening.getsockname()[1]
    listening.close()
    try:
        yield port, mine
    finally:
        mine.close()
        os.waitpid(child, 0)


def asked_of(link: socket.socket) -> dict[str, Any]:
    """`mails` and `bytes` that the server took until now, and its `processor_seconds`."""
    link.sendall(b"?")
    told: dict[str, Any] = json.loads(link.recv(1 << 12))
    return told


def _serve(listening: socket.socket, its: socket.socket) -> None:
    """A thread for each connection, until the other side hangs up."""
    count = {"mails": 0, "bytes": 0}
    threading.Thread(target=_accept, args=(listening, count), daemon=True).start()
    while its.recv(1):
        its.sendall(json.dumps({**count, "processor_seconds": time.process_time()}).encode())
    os._exit(0)


def _accept(listening: socket.socket, count: dict[str, int]) -> None:
    while True:
        link, _ = listening.accept()
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_converse, args=(link, count), daemon=True).start()


def _converse(link: socket.socket, count: dict[str, int]) -> None:
    """One conversation (RFC 5321), without TLS: `250` to everything, and to each text."""
    kept = bytearray()

    def until(end: bytes) -> bytes:
        seen = 0
        while (at := kept.find(end, seen)) < 0:
            seen = max(len(kept) - len(end), 0)
            if not (part := link.recv(1 << 16)):
                raise ConnectionError
            kept.extend(part)
        taken = bytes(kept[: at + len(end)])
        del kept[: at + len(end)]
        return taken

    with link, suppress(OSError):
        link.sendall(b"220 sink\r\n")
        while (verb := until(b"\r\n")[:4].upper()) != b"QUIT":
            if verb == b"DATA":
                link.sendall(b"354 go on\r\n")
                text = until(b"\r\n.\r\n")
                count["bytes"] += len(text) - 3
                count["mails"] += 1
            link.sendall(b"250 ok\r\n")
        link.sendall(b"221 bye\r\n")


def _rss_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // (1 << 20)


if __name__ == "__main__":
    main()
