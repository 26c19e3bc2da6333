"""What the tests of anomalies share: weeks of intake, as days before a Thursday at noon."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from events.models import Origin
from insights.anomalies.baselines import DAYS
from insights.models import Figure, Intake, Look
from places.models import City

NOW = datetime(2026, 11, 26, 12, 30, 20, tzinfo=UTC)
TODAY = NOW.replace(hour=0, minute=0, second=0)
WEEKDAYS = (20, 22, 24, 19, 30, 40, 16)


def came(
    key: str,
    *,
    part: str = "source",
    city: City,
    last: dict[int, float] | None = None,
    price: float = 400.0,
    price_now: float | None = None,
) -> None:
    """Ten weeks of steady intake until yesterday; of the last days, counted back from 1, a share. `price_now`: that of yesterday."""
    Intake.objects.bulk_create(
        Intake(
            day=day_before(back), part=part, key=key, city_id=city.pk,
            listings=round(WEEKDAYS[back % 7] * (last or {}).get(back, 1.0)), priced=20,
            price=price_now if price_now is not None and back == 1 else price, week_priced=90, week_price=price,
        )
        for back in range(DAYS, 0, -1)
    )  # fmt: skip


def day_before(back: int) -> date:
    return TODAY.date() - timedelta(days=back)


def make_sources(city: City, count: int = 6, *, first: int = 0) -> list[Origin]:
    """Sources that are fetched."""
    return [
        Origin.objects.create(key=uuid4(), slug=f"s{number}", name=f"Source {number}", covered_at=NOW)
        for number in range(first, first + count)
    ]


def judged_until(moment: datetime) -> None:
    """Say that everything before was judged."""
    Look.objects.update_or_create(of="days", defaults={"until": moment})


def signed_up(at: datetime, accounts: int) -> None:
    """So many new accounts in the hour that begins then."""
    Figure.objects.create(grain="hour", dimension="", at=at, accounts=accounts)


def id_at(moment: datetime) -> UUID:
    """An id of a row that was made then (UUIDv7)."""
    from insights.anomalies.intake import id_from

    return UUID(int=id_from(moment).int | uuid4().int & 0xFFFF)


def facts(**more: Any) -> dict[str, Any]:
    """The fields of an anomaly."""
    return {
        "kind": "fewer", "key": "k", "name": "City calendar", "words": "City calendar brought no new event in a week.",
        "found": 0, "expected": 40, "began_at": NOW - timedelta(hours=12), **more,
    }  # fmt: skip
