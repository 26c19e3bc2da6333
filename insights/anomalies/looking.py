"""Judges each day and each hour once, writes down what is out of the usual, and says so by a signal."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from insights.anomalies import intake
from insights.anomalies.baselines import DAYS
from insights.anomalies.judging import Judged, Kind, crowd, fewer, goes_on, price, vanished
from insights.anomalies.reading import Subject, hours_of_accounts, told_until
from insights.anomalies.words import sentence
from insights.figures.hiding import K
from insights.models import Anomaly, Look
from insights.signals import judged as judged_signal

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
#: A day is judged so long after it has ended: runs of its last minutes are processed, and its acts added up.
SETTLED: Final = timedelta(minutes=20)
#: After a silence no more than the last of these are judged; older ones are only counted.
MOST_DAYS, MOST_HOURS = 3, 6
#: The one key of sign-ups.
SIGN_UPS: Final = "sign-ups"
Found = Mapping[tuple[Kind, str], tuple[Judged, Subject]]


def look(*, now: datetime) -> int:
    """Judge the days and hours that have ended since the last look. Runs again without harm. Returns how many anomalies began.

    Only one process looks at a time; another one leaves it to that.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('anomalies', 0))")
            if not cursor.fetchone()[0]:
                return 0
        return _days(now) + _hours(now)


def hide(*, now: datetime) -> int:
    """End everything that is open, so that no alert of it stays while figures are switched off. Returns how many."""
    with transaction.atomic():
        rows = list(Anomaly.objects.select_for_update().filter(ended_at__isnull=True))
        if rows:
            _end(rows, now)
            judged_signal.send(sender=Anomaly, begun=[], ended=rows, now=now)
    return len(rows)


def _days(now: datetime) -> int:
    today = (now - SETTLED).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Look.objects.filter(of="days").values_list("until", flat=True).first()
    if done is not None and done >= today:
        return 0
    first = today - _DAY * DAYS if done is None else max(done, today - _DAY * DAYS)
    intake.count(first.date(), (today - _DAY).date())
    begun = 0
    end = max(first + _DAY, today - _DAY * ((1 if done is None else MOST_DAYS) - 1))
    while end <= today:
        begun += _settle(_judge_day(end), (Kind.FEWER, Kind.VANISHED, Kind.PRICE), at=end, now=now)
        end += _DAY
    Look.objects.update_or_create(of="days", defaults={"until": today})
    return begun


def _judge_day(end: datetime) -> dict[tuple[Kind, str], tuple[Judged, Subject]]:
    told = told_until((end - _DAY).date())
    prices = {key: one for key, rows in told.prices.items() if (one := price(rows)) is not None}
    groups: list[tuple[Kind, dict[str, Judged]]] = [
        (Kind.FEWER, fewer(told.sources)), (Kind.VANISHED, vanished(told.categories)), (Kind.PRICE, prices),
    ]  # fmt: skip
    return {(kind, key): (one, told.subjects[key]) for kind, group in groups for key, one in group.items()}


def _hours(now: datetime) -> int:
    this = (now - SETTLED).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    done = Look.objects.filter(of="hours").values_list("until", flat=True).first()
    end = max(this - _HOUR * (MOST_HOURS - 1), done + _HOUR) if done else this
    begun = 0
    while end <= this:
        one = crowd(*hours_of_accounts(end - _HOUR))
        found: Found = {(Kind.CROWD, SIGN_UPS): (one, Subject(name="Sign-ups"))} if one else {}
        begun += _settle(found, (Kind.CROWD,), at=end, now=now)
        end += _HOUR
    if done is None or done < this:
        Look.objects.update_or_create(of="hours", defaults={"until": this})
    return begun


def _settle(found: Found, kinds: Iterable[Kind], *, at: datetime, now: datetime) -> int:
    """Open and close anomalies of these kinds by what was found, and say so. Returns how many began. Three queries at most."""
    open_rows = {
        (Kind(row.kind), row.key): row
        for row in Anomaly.objects.filter(kind__in=list(kinds), ended_at__isnull=True)
    }
    ended: list[Anomaly] = [
        row for which, row in open_rows.items() if not goes_on(found[which][0] if which in found else None)
    ]
    begun = [
        Anomaly(
            kind=kind, key=key, name=subject.name[:200], words=sentence(kind, subject.name[:200], one, until=at)[:400],
            city_id=subject.city_id, origin_id=subject.origin_id, found=one.found, expected=_shown(kind, one.expected), began_at=at,
        )
        for (kind, key), (one, subject) in found.items()
        if one.is_out and (kind, key) not in open_rows
    ]  # fmt: skip
    _end(ended, at)
    Anomaly.objects.bulk_create(begun)
    if begun or ended:
        judged_signal.send(sender=Anomaly, begun=begun, ended=ended, now=now)
    return len(begun)


def _shown(kind: Kind, expected: float) -> float:
    """The usual as it is kept: of accounts no number below K."""
    return max(expected, K) if kind is Kind.CROWD else expected


def _end(rows: list[Anomaly], at: datetime) -> None:
    for row in rows:
        row.ended_at = max(at, row.began_at)
    Anomaly.objects.bulk_update(rows, ["ended_at"])
