"""Signals of the outbox.

They are sent after the commit; no receiver may make the request fail.
"""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()

#: Sent with `topic`, `kind`, `data`, at any time: a transient message (`outbox.announcing.announce`).
transient = Signal()
