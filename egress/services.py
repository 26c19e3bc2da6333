"""Deletes old quota windows."""

from datetime import datetime, timedelta

from egress.models import QuotaUse

#: How long a window's row is kept after it began: the costs of two months, but not of each minute in them.
KEPT = timedelta(days=62)
KEPT_SHORT = timedelta(days=2)
SHORT = 3600


def prune_quotas(now: datetime) -> int:
    """Delete the rows of old windows (62 days; 2 days for windows shorter than an hour). Returns how many."""
    old, _ = QuotaUse.objects.filter(window_start__lt=now - KEPT).delete()
    short, _ = QuotaUse.objects.filter(seconds__lt=SHORT, window_start__lt=now - KEPT_SHORT).delete()
    return old + short
