"""Signals about places for the apps above, sent within the transaction.

`merged` (`survivor_id`, `child_id`, `now`): what belongs to the child moves to the survivor. A receiver
returns what it needs to undo that, as JSON; it is stored with the merge. `unmerged` (`survivor_id`,
`child_id`, `undo`: {receiver's name: what it returned}, `now`) undoes it. `asked` (`match_ids`): pairs of
places for a moderator. `pointed` (`place_id`, `now`): a place got its first point.
"""

from django.dispatch import Signal

merged = Signal()
unmerged = Signal()
asked = Signal()
pointed = Signal()
