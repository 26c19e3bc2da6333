"""Signals of digests, received within the app."""

from django.dispatch import Signal

#: A mail was recorded and its transaction committed. Sent with `delivery` (its id).
recorded = Signal()
