"""What sources keep about a person: sources of their own, runs they started, and their marks in what was sent in.

Submissions, webhooks and mails are kept as payloads; their senders' addresses may stand in them.
"""

import zlib
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.redacting import names_of, needles_of, redact_columns, redacted, text_columns
from accounts.privacy.registry import Part, Retention, Rows
from sources.models import (
    Credential,
    DeadLetter,
    Discovery,
    FetchRun,
    Pause,
    Payload,
    ProseAnswer,
    Source,
    StagedEvent,
)

_BATCH: Final = 50
_STARTED: Final = (FetchRun, Discovery, Pause)


def export(person: Person) -> Rows:
    """Sources of the person, and runs, discoveries and pauses that they started."""
    mine = Source.objects.filter(owner_id=person.id).order_by("slug")
    runs = FetchRun.objects.filter(requested_by=_name(person)).order_by("started_at")
    return {
        "sources": list(mine.values("name", "type", "url", "created_at")),
        "runs": list(runs.values("source__name", "started_at", "state")),
    }


def erase(person: Person) -> int:
    """Take the person from sources and runs, and their marks out of payloads and staged records."""
    count = Source.objects.filter(owner_id=person.id).update(owner=None)
    count += sum(
        model._default_manager.filter(requested_by=_name(person)).update(requested_by="user")
        for model in _STARTED
    )
    needles = needles_of(person)
    count += sum(
        redact_columns(model, text_columns(model), needles, also=names_of(person))
        for model in (StagedEvent, DeadLetter, FetchRun, Discovery, ProseAnswer, Source)
    )
    return count + _redact_payloads(needles, names_of(person))


def _redact_payloads(needles: tuple[str, ...], also: tuple[str, ...]) -> int:
    """Take the marks out of the bytes of answers; the sum of the first bytes stays, by which repeats are known."""
    count, wanted = 0, [needle.encode() for needle in needles]
    for row in Payload.objects.only("pk", "month", "content").iterator(_BATCH):
        content = zlib.decompress(row.content)
        folded = content.lower()
        if any(needle in folded for needle in wanted):
            clean = redacted(content.decode("utf-8", "replace"), (*needles, *also)).encode()
            values = {"content": zlib.compress(clean, 6), "size": len(clean)}
            count += Payload.objects.filter(month=row.month, pk=row.pk).update(**values)
    return count + redact_columns(Payload, ["url"], needles)


def _name(person: Person) -> str:
    """As accounts.rights.name_of."""
    return f"user {person.id}"


def _kept() -> timedelta:
    return timedelta(days=settings.PAYLOAD_RETENTION_DAYS)


_MODELS: Final = (Source, Credential, FetchRun, Discovery, Pause, Payload, StagedEvent)
PART: Final = Part(
    name=_("submissions and sources"),
    holds=_(
        "events that you send by form, mail or webhook, as they came; for operators: sources of yours, runs that you started"
    ),
    purpose=_("to read events again when the reading improves"),
    models=frozenset(model._meta.label for model in _MODELS),
    export=export,
    erase=erase,
    stays=_("the events, without your address"),
    retention=(
        Retention(
            what=_("submissions and answers of sources, as they came"),
            period=_kept,
            task="sources.tasks.process_payload_partitions",
        ),
    ),
)
