"""Alerts operators to wishes of owners that are overdue."""

from datetime import datetime
from typing import Final

from moderation.queries import overdue_opt_outs
from sources.monitoring.alerts import raise_alert, resolve

KEY: Final = "opt-outs overdue"


def watch_opt_outs(*, now: datetime) -> int:
    """Open the alert while a wish is overdue, else close it. Returns how many are overdue."""
    late = overdue_opt_outs(now)
    if not late:
        resolve(KEY, now=now)
        return 0
    names = "; ".join(f"{row} since {row.due_at:%d %b}" for row in late[:10])
    raise_alert(
        KEY,
        f"{len(late)} wishes to opt out are overdue",
        detail=f"Decide them under Opt-outs: {names}",
        now=now,
    )
    return len(late)
