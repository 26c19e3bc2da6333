"""Sent after the commit when changes have numbers. Receivers pass a hint on; none of them may make the
request fail."""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()

#: Sent with `topic`, `kind`, `data`, at any time: news without a number (`outbox.announcing.announce`).
transient = Signal()
