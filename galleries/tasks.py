"""Thin tasks of galleries."""

from celery import shared_task
from django.utils.timezone import now

from flags.models import Flag
from flags.services import is_on
from galleries import services


@shared_task
def moderate_photos() -> int:
    """Every minute: verdicts that were not carried out, sizes of what was passed, questions to moderators. Returns how many."""
    if not is_on(Flag.GALLERIES):
        return 0
    moment = now()
    return services.settle(now=moment) + services.render(now=moment) + services.ask(now=moment)


@shared_task
def forget_photo_files() -> int:
    """Daily: delete files that no photo refers to, whether the flag is on or not. Returns how many."""
    return services.forget_files(now=now())
