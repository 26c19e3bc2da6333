"""Chains committed entries by hashes, so that none can be changed, removed or inserted unseen."""

from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from django.db import DatabaseError, connection, transaction

from audit import hashing
from audit.models import Entry, Link, Unchained

log = structlog.get_logger(__name__)

#: An arbitrary key that no other advisory lock of this project uses.
CHAINING_LOCK: Final = 7_206_145_014
BATCH: Final = 1_000


def chain() -> int:
    """Give every committed entry its link. Returns how many links were made.

    A link only exists for what is committed, so writers never wait for each other. The lock is only tried: an
    entry that commits after its holder has looked is left to the holder, who looks once more after releasing
    it. An entry without this installation's seal gets no link (`verify_log` names it).
    """
    made = 0
    while Unchained.objects.exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHAINING_LOCK])
            if not cursor.fetchone()[0]:
                return made
            links = _chain_batch()
        if links:
            log.info("log_chained", number=links[-1].number, hash=links[-1].hash)
        made += len(links)
    return made


def chain_robustly() -> None:
    """Chain after the commit without failing the request: the periodic task chains what is left."""
    try:
        chain()
    except DatabaseError as error:
        log.warning("chaining_failed", error=str(error))


def _chain_batch() -> Sequence[Link]:
    waiting = list(Unchained.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
    entries = list(Entry.objects.filter(pk__in=waiting).order_by("at", "id"))
    last = Link.objects.order_by("-number").values_list("number", "hash").first()
    links = list(_links(_sealed(entries), last or (0, hashing.NOTHING)))
    Link.objects.bulk_create(links)
    Unchained.objects.filter(pk__in=waiting).delete()
    return links


def _sealed(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        if hashing.is_sealed(entry):
            yield entry
        else:
            log.error("entry_without_seal", entry=str(entry.id))


def _links(entries: Iterable[Entry], last: tuple[int, str]) -> Iterable[Link]:
    newest, previous = last
    for number, entry in enumerate(entries, newest + 1):
        own = hashing.entry_hash(entry)
        previous = hashing.link_hash(number, entry.id, own, previous)
        yield Link(number=number, entry_id=entry.id, entry_hash=own, hash=previous)
