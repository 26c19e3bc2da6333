"""Signals of registrations.

`mail_recorded`: `mail_id`, after the commit. `message_waits`: `message_id`, in the transaction, for whoever asks a moderator.
"""

from django.dispatch import Signal

mail_recorded = Signal()
message_waits = Signal()
