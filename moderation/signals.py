"""Signals of verdicts for the higher apps, sent after commit.

`decided`: `decision` (its id), `kind`, `object_id`, `verdict`. `bulk_filed`: `bulk` (its id), which waits to be carried
out or undone. `trust_changed`: whose facts (`kind`, `key`, `name`), and
the groups of fields (`moderation.enums.FieldGroup`) that they may publish by themselves from now on (`gained`), or no
longer (`lost`).
"""

from django.dispatch import Signal

decided = Signal()
bulk_filed = Signal()
trust_changed = Signal()
#: An owner's wish stands from now on: `opt_out_id`, `kind`, `value` (moderation.models.OptOut).
opted_out = Signal()
