"""After commit: changes were numbered. Receivers in higher apps pass the hint on; none of them may fail the
request."""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()

#: Sent with `topic`, `kind`, `data`, at any time: news without a number (`outbox.announcing.announce`).
transient = Signal()
