"""Signals of digests, for their own receivers."""

from django.dispatch import Signal

#: A mail was recorded and its transaction committed. Sent with `delivery` (its id).
recorded = Signal()
