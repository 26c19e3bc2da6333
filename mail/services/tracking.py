"""What a provider's webhook tells of a mail: taken, arrived, bounced, complained."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import now as clock

from mail.enums import DispatchState, News, SuppressionReason
from mail.models import Dispatch
from mail.services.campaigns import judge
from mail.services.suppressing import note_arrival, note_soft, suppress
from mail.signals import settled

_OPEN: Final = (DispatchState.HANDING, DispatchState.UNKNOWN)
_BEFORE_ARRIVAL: Final = (*_OPEN, DispatchState.ACCEPTED, DispatchState.DEFERRED, DispatchState.DEAD)
#: The state of the mail after each piece of news, and the states that it can follow: webhooks come in any order.
_STEPS: Final[Mapping[News, tuple[DispatchState, tuple[DispatchState, ...]]]] = {
    News.TAKEN: (DispatchState.ACCEPTED, _OPEN),
    News.DELIVERED: (DispatchState.DELIVERED, _BEFORE_ARRIVAL),
    News.BOUNCED: (DispatchState.BOUNCED, (*_BEFORE_ARRIVAL, DispatchState.DELIVERED)),
    News.SOFT: (DispatchState.DEAD, (*_OPEN, DispatchState.ACCEPTED)),
    News.REFUSED: (DispatchState.DEAD, (*_OPEN, DispatchState.ACCEPTED)),
    News.COMPLAINED: (DispatchState.COMPLAINED, (*_BEFORE_ARRIVAL, DispatchState.DELIVERED)),
}
_SUPPRESSED_BY: Final[Mapping[News, SuppressionReason]] = {
    News.BOUNCED: SuppressionReason.BOUNCE,
    News.COMPLAINED: SuppressionReason.COMPLAINT,
    News.LEFT: SuppressionReason.LEFT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One piece of news. `event_id` is the provider's, `dispatch` ours out of its metadata, `provider_id` its name of the mail."""

    provider: str
    event_id: str
    news: News
    dispatch: UUID | None
    provider_id: str
    address_hash: str
    code: str = ""
    reason: str = ""


def note_news(told: Told, *, now: datetime | None = None) -> bool:
    """Note it once, whatever the order. False where it was noted before."""
    moment = now or clock()
    name = hashlib.sha256(f"{told.provider}\n{told.event_id}".encode()).hexdigest()
    with transaction.atomic():
        row = _dispatch_of(told)
        if not _is_new(name, row, told, moment):
            return False
        address = row.address_hash if row else told.address_hash
        if row:
            _step(row, told, moment)
        _about_address(address, told, moment)
    if row and told.news in (News.BOUNCED, News.COMPLAINED):
        judge(row.campaign, now=moment)
    return True


def _is_new(name: str, row: Dispatch | None, told: Told, now: datetime) -> bool:
    """Keep the provider's id. One that is there already was noted, by whichever process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mail_providernews (id, dispatch_id, provider, news, code, at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (id) DO NOTHING",
            [name, row.pk if row else None, told.provider, told.news.value, told.code[:20], now],
        )
        return bool(cursor.rowcount)


def _dispatch_of(told: Told) -> Dispatch | None:
    """The mail, locked: by our id in its metadata, else by the provider's name of it."""
    rows = Dispatch.objects.select_for_update()
    if told.dispatch is not None:
        return rows.filter(pk=told.dispatch).first()
    if not told.provider_id:
        return None
    return rows.filter(provider=told.provider, provider_id=told.provider_id).first()


def _step(row: Dispatch, told: Told, now: datetime) -> None:
    step = _STEPS.get(told.news)
    if step is None or row.state not in step[1]:
        return
    state = step[0]
    Dispatch.objects.filter(pk=row.pk).update(
        state=state, settled_at=now, code=told.code[:20], reason=told.reason[:500],
        provider_id=row.provider_id or told.provider_id[:200],
    )  # fmt: skip
    key, reason = row.key, told.reason
    transaction.on_commit(lambda: settled.send_robust(sender=Dispatch, key=key, state=state, reason=reason))


def _about_address(address: str, told: Told, now: datetime) -> None:
    """What the news mean for later mails to the address."""
    if not address:
        return
    if told.news in _SUPPRESSED_BY:
        suppress(address, _SUPPRESSED_BY[told.news], code=told.code, now=now)
    elif told.news is News.SOFT:
        note_soft(address, code=told.code, now=now)
    elif told.news is News.DELIVERED:
        note_arrival(address)
