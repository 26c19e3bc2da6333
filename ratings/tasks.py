"""Thin tasks of ratings."""

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from ratings import services


@shared_task
def moderate_ratings() -> int:
    """Every minute: verdicts that were not carried out, then questions to moderators. Returns how many."""
    if not is_on(Flag.RATINGS):
        return 0
    moment = now()
    return services.settle(now=moment) + services.gather(now=moment) + services.ask(now=moment)


@shared_task
def renew_means() -> int:
    """Nightly: averages of few ratings follow the mean of their city. Returns how many."""
    return services.renew_means(now=now()) if is_on(Flag.RATINGS) else 0
