"""Signals of the outbox.

They are sent after the commit; no receiver may make the request fail.
"""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()

#: Sent without anything: what staff changed may stand on any page (`outbox.renderings.changed.void_all`).
voided = Signal()

#: Sent with `messages`, a sequence of (topic, kind, data), at any time: transient messages (`outbox.announcing.announce`).
transient = Signal()
