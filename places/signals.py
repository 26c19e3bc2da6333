"""News of places for the apps above, sent within the transaction that makes them true.

`merged` (`survivor_id`, `child_id`, `now`): what follows a place moves to the survivor. A receiver returns
what it needs to take that back, as JSON; it is kept with the merge. `unmerged` (`survivor_id`, `child_id`,
`undo`: {receiver's name: what it returned}, `now`) takes it back. `asked` (`match_ids`): pairs of places that
a person should look at. `pointed` (`place_id`, `now`): a place without a point has one now.
"""

from django.dispatch import Signal

merged = Signal()
unmerged = Signal()
asked = Signal()
pointed = Signal()
