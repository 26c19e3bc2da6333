"""What apps above hear of merges, and of verdicts that come by no review, within the transaction in which
they happen, so that what they keep beside an event goes with it.

`merged`: `child_id`, `survivor_id`, `by` (an `accounts.rights.Actor`), `now`. `parted`: `event_id` (it stands
alone again, or for the first time), `survivor_id`, `by`, `now`. `moved`: events that somebody asked to be in
the state `to`: `moved` (events.records.Moved), `to`, `by`, `reason`, `now`.
"""

from django.dispatch import Signal

merged = Signal()
parted = Signal()
moved = Signal()
