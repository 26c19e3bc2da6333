"""Verdicts, for the apps above: sent after commit with `decision` (its id), `kind`, `object_id`,
`verdict`."""

from django.dispatch import Signal

decided = Signal()
