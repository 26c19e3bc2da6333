"""Writes notices, each once, and gathers what belongs together in one that is still open.

Only one process adds what is gathered: it holds the lock of `notices.services.following`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from flags.models import Flag
from flags.services import is_on
from notices.enums import Kind, NoticeState
from notices.kinds import TABLE
from notices.models import Notice
from notices.records import News

#: Events that a gathered notice names; the rest is counted.
MOST_NAMED: Final = 10
_Key = tuple[UUID | None, str, str, str]


def write(news: Iterable[News], *, now: datetime) -> int:
    """Write notices in the present transaction; one that there is already stays. Returns how many were asked for."""
    wanted = _wanted(news)
    rows = [_row(one, now) for one in wanted]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    return len(rows)


def gather(news: Iterable[News], *, now: datetime) -> int:
    """As `write`, but into the open notice of the same person, kind and subject, where there is one. Returns how many news."""
    wanted = _wanted(news)
    if not wanted:
        return 0
    open_ones = _open_ones(wanted)
    known = _known(wanted)
    fresh: dict[_Key, Notice] = {}
    grown: dict[_Key, Notice] = {}
    for one in wanted:
        key = (*one.to.key, one.kind.value, one.subject)
        if (*key, one.period) in known:
            continue
        held = open_ones.get(key) or fresh.get(key)
        if held is None:
            fresh[key] = _row(one, now)
            continue
        held.facts = merged(one.kind, held.facts, one.facts)
        held.due_at = min(held.due_at, one.due_at or held.due_at)
        held.is_mailed = held.is_mailed or one.is_mailed
        if key in open_ones:
            grown[key] = held
    Notice.objects.bulk_create(fresh.values(), ignore_conflicts=True, batch_size=1_000)
    Notice.objects.bulk_update(grown.values(), ["facts", "due_at", "is_mailed"], batch_size=500)
    return len(wanted)


def merged(kind: Kind, former: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of two news as those of one."""
    if kind is Kind.CHANGE:  # what was before the first change counts
        return {**later, "before": {**later["before"], **former["before"]}}
    names = list(dict.fromkeys([*former["names"], *later["names"]]))[:MOST_NAMED]
    events = {each["id"]: each for each in [*former["events"], *later["events"]]}
    again = len(former["events"]) + len(later["events"]) - len(events)
    count = former["count"] + later["count"] - again
    return {"names": names, "events": list(events.values())[:MOST_NAMED], "count": count}


def _wanted(news: Iterable[News]) -> list[News]:
    """Without what nobody has to know, while people are not told of that."""
    on = is_on(Flag.NOTIFICATIONS)
    return [one for one in news if on or TABLE[one.kind].must_know]


def _row(one: News, now: datetime) -> Notice:
    bundle: timedelta = TABLE[one.kind].bundle
    return Notice(
        user_id=one.to.user_id, address=one.to.address, address_hash=one.to.address_hash, language=one.to.language, kind=one.kind.value,
        subject=one.subject, period=one.period, facts=dict(one.facts), is_mailed=one.is_mailed, made_at=now, due_at=one.due_at or now + bundle,
    )  # fmt: skip


def _open_ones(wanted: list[News]) -> dict[_Key, Notice]:
    rows = Notice.objects.select_for_update().filter(
        _of(wanted), state=NoticeState.OPEN, kind__in={one.kind.value for one in wanted},
        subject__in={one.subject for one in wanted},
    )  # fmt: skip
    return {(row.user_id, row.address_hash, row.kind, row.subject): row for row in rows.order_by("pk")}


def _known(wanted: list[News]) -> set[tuple[Any, ...]]:
    """The keys of notices that began with one of these news, so that what is read twice counts once."""
    rows = Notice.objects.filter(
        _of(wanted), kind__in={one.kind.value for one in wanted}, period__in={one.period for one in wanted}
    )
    return set(rows.values_list("user_id", "address_hash", "kind", "subject", "period"))


def _of(wanted: list[News]) -> Q:
    people = {one.to.user_id for one in wanted if one.to.user_id is not None}
    addresses = {one.to.address_hash for one in wanted if one.to.address_hash}
    return Q(user__in=people) | Q(address_hash__in=addresses) if addresses else Q(user__in=people)
