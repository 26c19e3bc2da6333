"""Signals of webhooks. `became_due`: deliveries can be sent now; after the commit."""

from django.dispatch import Signal

became_due = Signal()
