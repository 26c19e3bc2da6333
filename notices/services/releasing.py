"""Tells notices that are due: they come into the list and on `user:me`, and go out by the channels of their person's choice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import translation

from accounts.models import User
from notices import push
from notices.choices import Chosen, chosen_by
from notices.enums import Channel, Kind, NoticeState
from notices.kinds import TABLE
from notices.models import Notice, NoticeDelivery, PushDevice
from notices.queries.listed import unread_of
from notices.truth import settled
from notices.words import language_of, words_of
from outbox.enums import Audience
from outbox.records import NewChange
from outbox.services import record
from personal.models import Preferences
from personal.queries import quiet_until, zone_of

#: Notices that one transaction tells.
BATCH: Final = 500
_DAY: Final = timedelta(days=1)
CAPPED: Final = tuple(kind.value for kind, facts in TABLE.items() if facts.is_capped)
TOLD: Final = "notice.told"


def tell_due(*, now: datetime, batch: int = BATCH) -> int:
    """Tell all notices that gathered long enough. Returns how many were told. May run twice, and beside itself."""
    told = 0
    while True:
        with transaction.atomic():
            due = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                state=NoticeState.OPEN, due_at__lte=now
            )
            rows = list(due.select_related("user").order_by("due_at", "pk")[:batch])
            told += _tell(rows, now) if rows else 0
        if len(rows) < batch:
            return told


def _tell(rows: Sequence[Notice], now: datetime) -> int:
    facts = settled(rows, now=now)
    for row in rows:
        is_open = row.user is None or row.user.is_active
        if (said := facts[row.pk]) is None or not is_open:
            row.state = NoticeState.VOID
        else:
            row.facts, row.state, row.told_at = dict(said), NoticeState.TOLD, now
    Notice.objects.bulk_update(rows, ["facts", "state", "told_at"])
    told = [row for row in rows if row.state == NoticeState.TOLD]
    NoticeDelivery.objects.bulk_create(_deliveries(told, now), ignore_conflicts=True, batch_size=1_000)
    _announce([row for row in told if row.user is not None])
    return len(told)


@dataclass(slots=True)
class _People:
    """What is to be known of the people of a batch, read once."""

    preferences: Mapping[UUID, Preferences]
    chosen: Chosen
    devices: Mapping[UUID, Sequence[PushDevice]]
    out_today: Counter[UUID] = field(default_factory=Counter)

    @classmethod
    def of(cls, rows: Sequence[Notice], now: datetime) -> "_People":
        users = {row.user_id for row in rows if row.user_id is not None}
        wants = Preferences.objects.select_related("city").in_bulk(users)
        went = Notice.objects.filter(
            user__in=users, kind__in=CAPPED, told_at__gt=now - _DAY, deliveries__isnull=False
        )
        counted = went.order_by().values_list("user").annotate(Count("pk", distinct=True))
        return cls(
            preferences=wants,
            chosen=chosen_by(rows),
            devices=_devices(users),
            out_today=Counter(dict(counted)),
        )

    def wants(self, person: User) -> Preferences:
        return self.preferences.get(person.pk) or Preferences(user=person)


def _deliveries(rows: Sequence[Notice], now: datetime) -> list[NoticeDelivery]:
    people, made = _People.of(rows, now), []
    for row in rows:
        wants = people.wants(row.user) if row.user is not None else None
        ways = list(_ways(row, wants, people))
        if ways and row.user is not None and wants is not None and row.kind in CAPPED:
            if people.out_today[row.user.pk] >= wants.notices_a_day:
                continue  # it is in the list, and the day has brought enough
            people.out_today[row.user.pk] += 1
        due = due_at(row, wants, now=now)
        made += [
            NoticeDelivery(notice=row, channel=channel.value, device=device, made_at=now, due_at=due)
            for channel, device in ways
        ]
    return made


def _devices(users: Collection[UUID]) -> Mapping[UUID, Sequence[PushDevice]]:
    """The devices of each of these accounts that accept our present key. One query."""
    found: dict[UUID, list[PushDevice]] = defaultdict(list)
    for device in PushDevice.objects.filter(user__in=users, server_key=push.public_key()).exclude(server_key=""):  # fmt: skip
        found[device.user_id].append(device)
    return found


def _ways(row: Notice, wants: Preferences | None, people: _People) -> Iterable[tuple[Channel, PushDevice | None]]:  # fmt: skip
    """The channels by which a notice goes out; push once for each device."""
    for channel in TABLE[Kind(row.kind)].on:
        if channel is Channel.MAIL and row.is_mailed:
            continue
        if not people.chosen.is_on(row, channel, wants):
            continue
        if channel is Channel.PUSH:
            yield from ((channel, device) for device in people.devices.get(row.user_id or UUID(int=0), ()))
        else:
            yield channel, None


def due_at(row: Notice, wants: Preferences | None, *, now: datetime) -> datetime:
    """When a notice may go out: now, or when the quiet hours of its person end."""
    if row.user is None or wants is None or not TABLE[Kind(row.kind)].waits:
        return now
    return quiet_until(wants, zone_of(row.user, wants), now=now) or now


def _announce(rows: Sequence[Notice]) -> None:
    """Write one message for each notice, on its person's topic `user:me`."""
    theirs: dict[UUID, list[Notice]] = defaultdict(list)
    for row in rows:
        theirs[row.user_id or UUID(int=0)].append(row)
    unread = unread_of(theirs)
    changes = []
    for user_id, own in theirs.items():
        for row in own:
            with translation.override(language_of(row)):
                words = words_of(row)
            changes.append(
                NewChange(
                    type=TOLD,
                    object_type="notice",
                    object_id=row.pk,
                    topics=("user:me",),
                    audience=Audience.USER,
                    user_id=user_id,
                    data={
                        "id": str(row.pk),
                        "kind": row.kind,
                        "title": words.title,
                        "path": words.path,
                        "unread": unread[user_id],
                    },
                )
            )
    record(changes)
