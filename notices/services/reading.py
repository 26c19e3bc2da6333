"""Marks notices as read, and keeps what people chose."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.exceptions import InputRefused
from accounts.models import User
from notices.enums import Channel, Kind
from notices.kinds import kinds_for
from notices.links import Off
from notices.models import Notice, NoticeChoice
from notices.queries.listed import notices_of, unread_of
from outbox.enums import Audience
from outbox.records import NewChange
from outbox.services import record

READ = "notice.read"


def mark_read(
    person: User, notice_id: UUID | None = None, *, read: bool = True, now: datetime | None = None
) -> int:
    """Mark one notice of the person as read, or all of them; with `read` False the one as unread. Returns how many changed.

    The person's other pages are told how many are unread. Raises Notice.DoesNotExist.
    """
    with transaction.atomic():
        rows = notices_of(person)
        if notice_id is not None:
            rows = rows.filter(pk=rows.get(pk=notice_id).pk)
        rows = rows.filter(read_at__isnull=read)
        changed = Notice.objects.filter(pk__in=rows.values("pk")).update(
            read_at=(now or clock()) if read else None
        )
        if changed:
            _tell(person)
    return changed


def choose(person: User, wishes: Mapping[tuple[Kind, Channel], bool], *, now: datetime | None = None) -> None:
    """Keep by which channels the person wants which kinds; all or none. Raises InputRefused."""
    known = kinds_for(person)
    for kind, channel in wishes:
        if kind not in known or channel not in known[kind].on:
            raise InputRefused(kind.value, gettext("cannot be switched for this channel."))
    _keep([(person.pk, "", kind, channel, is_on) for (kind, channel), is_on in wishes.items()], now or clock())  # fmt: skip


def end(off: Off, *, now: datetime | None = None) -> None:
    """End a kind of notices by one channel, as a link asks. Once more changes nothing."""
    if off.user_id is not None and not User.objects.filter(pk=off.user_id).exists():
        return
    _keep([(off.user_id, off.address_hash, off.kind, off.channel, False)], now or clock())


def _keep(rows: list[tuple[UUID | None, str, Kind, Channel, bool]], now: datetime) -> None:
    with transaction.atomic():
        for user_id, hashed, kind, channel, is_on in rows:
            NoticeChoice.objects.bulk_create(
                [NoticeChoice(user_id=user_id, address_hash=hashed, kind=kind.value, channel=channel.value, is_on=is_on, at=now)],
                update_conflicts=True, update_fields=["is_on", "at"], unique_fields=["user", "address_hash", "kind", "channel"],
            )  # fmt: skip


def _tell(person: User) -> None:
    unread = unread_of([person.pk])[person.pk]
    record(
        [
            NewChange(
                type=READ,
                object_type="account",
                object_id=person.pk,
                topics=("user:me",),
                audience=Audience.USER,
                user_id=person.pk,
                data={"unread": unread},
            )
        ]
    )
