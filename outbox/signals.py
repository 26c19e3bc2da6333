"""Signals of the outbox.

They are sent after the commit; no receiver may make the request fail.
"""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()

#: Sent without anything: what staff changed may stand on any page (`outbox.renderings.changed.void_all`).
voided = Signal()

#: Sent with `topic`, `kind`, `data`, at any time: a transient message (`outbox.announcing.announce`).
transient = Signal()
