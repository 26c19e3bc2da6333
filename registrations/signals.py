"""Signals of registrations. `mail_recorded`: `mail_id`, after the commit."""

from django.dispatch import Signal

mail_recorded = Signal()
