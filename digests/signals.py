"""Signals of digests, received within the app."""

from django.dispatch import Signal

#: Mails were recorded, and their transaction committed. Sent with `deliveries` (their ids).
recorded = Signal()
