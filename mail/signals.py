"""Signals of mail, received by the apps above."""

from django.dispatch import Signal

#: A provider told what became of a mail that its sender named by a key. Sent with `key`, `state` (DispatchState), `reason`.
settled = Signal()
#: An operator wants a mail sent (again). Sent with `key`.
released = Signal()
#: An address gets no digest any more. Sent with `address_hash`, `now`.
suppressed = Signal()
#: A campaign stopped by itself, or goes on. Sent with `campaign`, `reason` ('' where it goes on).
campaign_changed = Signal()
