"""How right forecasts of sources were, day by day, as the API answers it and the page shows it."""

from datetime import datetime, timedelta
from typing import Any, Final

from operations.models import SourceForecastAccuracy

DAYS: Final = 90


def accuracy_over(*, now: datetime, days: int = DAYS) -> dict[str, Any]:
    """The Brier scores of each day, the latest first. One query."""
    since = (now - timedelta(days=days - 1)).date()
    rows = SourceForecastAccuracy.objects.filter(day__gte=since, day__lte=now.date()).order_by("-day")
    told = [
        {
            "day": row.day,
            "weeks": row.weeks,
            "naive_error": round(row.naive_error, 4),
            "error": round(row.error, 4),
            "is_shown": row.is_shown,
        }
        for row in rows
    ]
    return {"since": since, "until": now.date(), "rows": told}
