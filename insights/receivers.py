"""What happens elsewhere and is counted here. A sum that cannot be kept is lost; what happened is not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from events.enums import Publication
from events.models import Event
from events.signals import counted, done, looked
from flags.models import Flag
from flags.services import is_on
from insights import services
from insights.enums import UNDONE, Interaction
from insights.figures.adding import note
from insights.readers import is_offered, reader_of
from insights.records import Reader
from insights.services import Seen
from insights.shown import shown_at

log = structlog.get_logger(__name__)
_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)


@receiver(counted, dispatch_uid="insights.keep_acts")
def keep_acts(*, acts: Sequence[tuple[UUID | None, str, int]], now: datetime, **_: Any) -> None:
    """Keep it until it is added up, in the same transaction."""
    if not is_on(Flag.ANALYTICS):
        return
    try:
        with transaction.atomic():
            note(acts, at=now)
    except DatabaseError as error:
        log.warning("figures.not_kept", reason=type(error).__name__)


@receiver(post_save, sender=User, dispatch_uid="insights.keep_account")
def keep_account(*, instance: User, created: bool, raw: bool = False, **_: Any) -> None:
    """A new account is counted."""
    if created and not raw:
        keep_acts(acts=[(None, "accounts", 1)], now=instance.date_joined)


@receiver(done, dispatch_uid="insights.log_acts")
def log_acts(*, acts: Sequence[tuple[UUID, UUID | None, str, str]], now: datetime, **_: Any) -> None:
    """Log what persons did who agreed, and take out what they took back, in the same transaction. What fails here undoes nothing of it."""
    try:
        with transaction.atomic():
            for person_id in dict.fromkeys(act[0] for act in acts):
                _log(Reader(user_id=person_id), [act for act in acts if act[0] == person_id], now)
    except DatabaseError as error:
        log.warning("insights.not_logged", reason=type(error).__name__)


@receiver(looked, dispatch_uid="insights.log_looks")
def log_looks(
    *, request: HttpRequest, event_id: UUID, word: str, shown: str, now: datetime, **_: Any
) -> None:
    """Log what a reader who agreed did on a page, and where the event had been shown. No query for a device that did not agree."""
    reader = reader_of(request)
    if not reader.is_somebody or not is_offered(reader):
        return
    surface, rank = shown_at(shown)
    seen = Seen(interaction=Interaction(word), event_id=event_id, surface=surface, rank=rank)
    try:
        with transaction.atomic():
            if Event.objects.filter(pk=event_id, publication__in=_SHOWN).exists():
                services.record(reader, [seen], now=now)
    except DatabaseError as error:
        log.warning("insights.not_logged", reason=type(error).__name__)


def _log(reader: Reader, acts: Sequence[tuple[UUID, UUID | None, str, str]], now: datetime) -> None:
    """Those of one reader: what they did in one statement, so that many favourites cost no more than one."""
    fresh = []
    for _, event_id, followed, word in acts:
        undone = UNDONE.get(word)
        if undone is not None:
            services.take_back(reader, Seen(interaction=undone, event_id=event_id, followed=followed))
        else:
            fresh.append(Seen(interaction=Interaction(word), event_id=event_id, followed=followed))
    if fresh and is_offered(reader):
        services.record(reader, fresh, now=now)
