"""Forgets what became of old mails."""

from datetime import datetime, timedelta

from django.conf import settings

from mail.models import Campaign, Dispatch, ProviderNews, SoftBounce
from mail.services.suppressing import SOFT_WITHIN

_BATCH = 5000


def forget_old(*, now: datetime) -> int:
    """Delete the log of mails after MAIL_LOG_DAYS, and counts that mean nothing any more. Returns how many mails."""
    until, count = now - timedelta(days=settings.MAIL_LOG_DAYS), 0
    while ids := list(Dispatch.objects.filter(handed_at__lt=until).values_list("pk", flat=True)[:_BATCH]):
        Dispatch.objects.filter(pk__in=ids).delete()
        count += len(ids)
    ProviderNews.objects.filter(at__lt=until).delete()
    SoftBounce.objects.filter(last_at__lt=now - SOFT_WITHIN).delete()
    Campaign.objects.filter(stopped_at__isnull=True, released_at__lt=until).delete()
    return count
