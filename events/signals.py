"""Signals about merges and direct decisions, sent within their transaction, so that receivers keep their own
data consistent.

`merged`: `child_id`, `survivor_id`, `by` (an `accounts.rights.Actor`), `now`. `parted`: `event_id` (it stands
alone again, or for the first time), `survivor_id`, `by`, `now`. `moved`: events that somebody asked to be in
the state `to`: `moved` (events.records.Moved), `to`, `by`, `reason`, `now`.
"""

from django.dispatch import Signal

merged = Signal()
parted = Signal()
moved = Signal()
