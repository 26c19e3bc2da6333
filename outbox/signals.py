"""After commit: changes were numbered. Receivers in higher apps pass the hint on; none of them may fail the request."""

from django.dispatch import Signal

#: Sent with `last_number`.
numbered = Signal()
