"""Signals of verdicts for the higher apps.

Sent after commit with `decision` (its id), `kind`, `object_id`, `verdict`.
"""

from django.dispatch import Signal

decided = Signal()
