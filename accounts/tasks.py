"""Deletes old counts of guesses, and expired sessions and token families."""

from celery import shared_task
from django.core.management import call_command

from accounts.throttling import forget_guesses
from accounts.tokens.families import forget_families


@shared_task
def forget_guesses_and_sessions() -> None:
    """Delete forgiven guesses, expired sessions and expired token families."""
    forget_guesses()
    forget_families()
    call_command("clearsessions")
