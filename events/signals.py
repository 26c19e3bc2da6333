"""What apps above hear of merges, within the transaction in which they happen, so that what they keep beside an event goes with it.

`merged`: `child_id`, `survivor_id`, `by` (an `accounts.rights.Actor`), `now`. `parted`: `event_id` (it stands alone again, or for the first time),
`survivor_id`, `by`, `now`.
"""

from django.dispatch import Signal

merged = Signal()
parted = Signal()
