"""Payloads: stored by month, compressed, and read again when a parser was fixed."""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import datetime

from accounts.privacy.partitions import month_of
from accounts.secrets import redact, redact_bytes
from pipeline import patterns
from pipeline.contract.raw import RawPayload
from sources.models import FetchRun, Payload

#: Names of query parameters that hold keys of platforms. A calendar's own address is configuration and is not
#: masked.
_SECRET_FIELD = patterns.compile(
    r"(?i)([?&](?:api_?key|apikey|key|access_token|token|client_secret|app_secret|secret|password|signature|sig|appid)=)[^&#]+"
)


def keep(run: FetchRun, payload: RawPayload, *, now: datetime) -> Payload:
    """Store one payload of a run.

    Secrets that were used to fetch it are masked, in case the platform repeated them.
    """
    content = redact_bytes(payload.content)
    return Payload.objects.create(
        month=month_of(now),
        source_id=run.source_id,
        run_id=run.id,
        url=masked_url(payload.url)[:2000],
        content_type=payload.content_type[:200],
        status=payload.status,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=zlib.compress(content, 6),
        fetched_at=payload.fetched_at or now,
    )


def hash_of(payload: RawPayload) -> str:
    """The SHA-256 under which `keep` would store the payload."""
    return hashlib.sha256(redact_bytes(payload.content)).hexdigest()


def masked_url(url: str) -> str:
    """An address for storage, without secrets.

    Masked are the secrets that this process has decrypted, and the values of query parameters whose names are
    those of secrets.
    """
    return _SECRET_FIELD.sub(r"\1…", redact(url))


def of_run(run: FetchRun) -> Iterable[tuple[Payload, RawPayload]]:
    """The payloads of a run in the order of arrival, one at a time."""
    rows = Payload.objects.filter(
        source_id=run.source_id, run_id=run.id, month__gte=month_of(run.started_at)
    ).order_by("id")
    for row in rows.iterator(chunk_size=1):
        yield row, read_back(row)


def read_back(row: Payload) -> RawPayload:
    """A stored payload, decompressed."""
    return RawPayload(
        url=row.url,
        content=zlib.decompress(row.content),
        content_type=row.content_type,
        status=row.status,
        fetched_at=row.fetched_at,
    )


def of_run_listed(run: FetchRun) -> list[Payload]:
    """The payloads of a run in order, without their bytes. Equal lists of SHA-256 are equal answers."""
    rows = Payload.objects.filter(source_id=run.source_id, run_id=run.id, month__gte=month_of(run.started_at))
    return list(rows.order_by("id").defer("content"))


def keep_again(run: FetchRun, payload: RawPayload, row: Payload, *, now: datetime) -> Payload:
    """Store for `run` a payload equal to the stored `row`.

    `payload` gives address and time, `row` the bytes.
    """
    return Payload.objects.create(
        month=month_of(now),
        source_id=run.source_id,
        run_id=run.id,
        url=masked_url(payload.url)[:2000],
        content_type=payload.content_type[:200],
        status=payload.status,
        sha256=row.sha256,
        size=row.size,
        content=Payload.objects.filter(month=row.month).values_list("content", flat=True).get(pk=row.pk),
        fetched_at=payload.fetched_at or now,
    )
