"""Signals about merges and direct decisions.

They are sent within the transaction, for consistency. `merged`: `child_id`, `survivor_id`, `by` (an
`accounts.rights.Actor`), `now`. `parted`: `event_id` (now separate, again or for the first time),
`survivor_id`, `by`, `now`. `moved`: a person or system set the state of events: `moved`
(events.records.Moved), `to`, `by`, `reason`, `note`, `now`. `edited`: somebody edited
an event outside a review: `event_id`, `note` (JSON, for `events.services.undo_edit`), `by`, `now`.
`changed_unproven`: a team that has not proved who it is changed the named `fields` of its own public event: `event_id`, `fields`,
`now`. `organizers_merged`: `child_id`, `survivor_id`, `now`; a receiver answers with the ids of the rows that it
moved. `organizers_parted`: the same, and `undo`, the answers by receiver
(`events.services.merging_organizers.kept_of`). `counted`: what was done with events since the last time, without who:
`acts`, rows of (event id, word, times) with the words `views`, `shares`, `clicks`, `saves`, `registrations`, `cancelled` and
`attended`; `now`. `done`: what persons did or took back: `acts`, rows of (person's id, event's id or None, what is followed as
`kind:key` or '', word) with the words `save`, `unsave`, `follow`, `unfollow`, `register`, `unregister` and `attend`; `now`. Both are sent
within the transaction; a receiver must not fail it. `looked`: a reader did something on a page, who may be anybody: `request`,
`event_id` (told by a browser, perhaps of no event), `word` (`view`, `long_view`, `share`, `ticket`), `shown` (where the event had been
shown, `surface.rank`, as told), `now`; not sent of programs and of who objects.
"""

from django.dispatch import Signal

merged = Signal()
parted = Signal()
moved = Signal()
edited = Signal()
changed_unproven = Signal()
organizers_merged = Signal()
organizers_parted = Signal()
counted = Signal()
done = Signal()
looked = Signal()
