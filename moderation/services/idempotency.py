"""Processes a request with an Idempotency-Key once: a repeated one gets the same answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.crypto import keyed_hash
from accounts.rights import Actor, name_of
from moderation.exceptions import Conflict, ModerationError
from moderation.models import IdempotentAnswer

#: For so long a key is remembered.
KEPT: Final = timedelta(days=1)
#: A request that has not answered after this time was lost with its process; a repeated one is processed.
LOST_AFTER: Final = timedelta(minutes=2)
#: Old answers that one request deletes.
_BATCH: Final = 100

Answer = tuple[int, dict[str, Any]]


class KeyReused(ModerationError):
    """The key came with another body."""


def once(key: str, body: bytes, answer: Callable[[], Answer], *, by: Actor, now: datetime) -> Answer:
    """The status and the answer to a request of `by`; without a key it is simply processed.

    Raises KeyReused for another body; Conflict while the same request is being processed.
    """
    if not key:
        return answer()
    name, body_hash = keyed_hash(f"{name_of(by)} {key}"), keyed_hash(body.decode("utf-8", "replace"))
    old = IdempotentAnswer.objects.filter(at__lt=now - KEPT).values("pk")[:_BATCH]
    IdempotentAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    kept, is_new = IdempotentAnswer.objects.get_or_create(
        key=name, defaults={"body_hash": body_hash, "at": now}
    )
    if kept.body_hash != body_hash:
        raise KeyReused("This Idempotency-Key was used with another body; use a new one.")
    if kept.status is not None:
        return kept.status, kept.answer
    if not is_new and not _taken_over(kept, now):
        raise Conflict("The same request is being processed. Ask again in a moment.")
    try:
        status, said = answer()
    except BaseException:
        IdempotentAnswer.objects.filter(pk=name).delete()
        raise
    IdempotentAnswer.objects.filter(pk=name).update(status=status, answer=said)
    return status, said


def _taken_over(kept: IdempotentAnswer, now: datetime) -> bool:
    lost = IdempotentAnswer.objects.filter(
        pk=kept.pk, status__isnull=True, at=kept.at, at__lt=now - LOST_AFTER
    )
    return bool(lost.update(at=now))
