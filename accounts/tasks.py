"""Thin tasks: counts, sessions and tokens that ended; exports and erasures of people."""

from uuid import UUID

from celery import shared_task
from django.core.management import call_command
from django.utils.timezone import now

from accounts.models import IdempotentAnswer
from accounts.privacy import erasing, exporting, keeping
from accounts.throttling import forget_guesses
from accounts.tokens.families import forget_families


@shared_task
def forget_guesses_and_sessions() -> None:
    """Delete forgiven guesses, expired sessions and expired token families."""
    forget_guesses()
    forget_families()
    call_command("clearsessions")


@shared_task
def forget_personal_data() -> int:
    """Daily: delete what is kept no longer and no other task deletes. Returns how many rows."""
    return keeping.forget_personal_data(now=now())


@shared_task
def forget_answers() -> int:
    """Hourly: delete answers of the API that are repeated no longer. Returns how many."""
    return IdempotentAnswer.forget(now())


@shared_task
def carry_out_erasure(erasure_id: str) -> bool:
    """Erase one person. Running twice is harmless."""
    return erasing.carry_out(UUID(erasure_id))


@shared_task
def make_export(export_id: str) -> bool:
    """Make one zip. Running twice is harmless."""
    return exporting.make_export(UUID(export_id))


@shared_task
def carry_out_erasures() -> int:
    """Every few minutes: queue erasures and exports whose task was lost, or that failed. Returns how many."""
    erasures, exports = erasing.waiting(moment=now()), exporting.waiting()
    for pk in erasures:
        carry_out_erasure.delay(str(pk))
    for pk in exports:
        make_export.delay(str(pk))
    return len(erasures) + len(exports)
