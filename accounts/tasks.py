"""Deletes old counts of guesses, and expired sessions."""

from celery import shared_task
from django.core.management import call_command

from accounts.throttling import forget_guesses


@shared_task
def forget_guesses_and_sessions() -> None:
    """Delete forgiven guesses and expired sessions."""
    forget_guesses()
    call_command("clearsessions")
