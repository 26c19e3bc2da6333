"""Thin tasks of insights."""

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from insights import services
from insights.anomalies import intake, looking
from insights.expecting import keeping
from insights.factors import training
from insights.figures import adding, cohorts


@shared_task
def add_up_interactions() -> int:
    """Hourly: the sums of today and the day before. Returns how many rows."""
    return services.add_up(now=now())


@shared_task
def forget_interactions() -> int:
    """Daily: partitions of the coming months, and what was kept long enough goes. Returns how many rows and partitions."""
    return services.forget(now=now())


@shared_task
def add_up_figures() -> int:
    """Every minute: what happened is added to the sums. Returns how many rows of sums were written."""
    return adding.add_up() if is_on(Flag.ANALYTICS) else 0


@shared_task
def count_cohorts() -> int:
    """Hourly: the cohorts of the week that runs, and sums that no window reaches any more go. Returns how many rows."""
    if not is_on(Flag.ANALYTICS):
        return 0
    return cohorts.count(now=now()) + adding.forget(now=now())


@shared_task
def look_for_anomalies() -> int:
    """Every half hour: days and hours that have ended are judged once. Off, what is open ends. Returns how many began."""
    moment = now()
    return looking.look(now=moment) if is_on(Flag.ANALYTICS) else -looking.hide(now=moment)


@shared_task
def forget_intake() -> int:
    """Daily: what days brought goes after 400 days. Returns how many rows."""
    return intake.forget(now=now())


@shared_task
def expect() -> int:
    """Hourly: what came of events that began, how right it was expected, and once a day what is expected. Returns how many rows are new."""
    return keeping.keep(now=now()) if is_on(Flag.ANALYTICS) else 0


@shared_task
def forget_expectations() -> int:
    """Daily: what nothing is learnt from any more goes. Returns how many rows."""
    return keeping.forget(now=now())


@shared_task
def train_recommenders() -> int:
    """Nightly: learn anew from the log; off, what was learnt goes, since nobody would take out of it who withdraws.

    It waits for who gives new events their numbers at this minute, so that no night is left out. Returns how many events have numbers.
    """
    if _learns():
        return training.train(now=now(), waits=True)
    training.forget()
    return 0


@shared_task
def add_new_factors() -> int:
    """Every minute: new and changed events get their numbers. Returns how many."""
    return training.add_new(now=now()) if _learns() else 0


def _learns() -> bool:
    return is_on(Flag.RECOMMENDATIONS) and is_on(Flag.LEARNT_RECOMMENDATIONS)
