"""Signals of accounts."""

from django.dispatch import Signal

#: A token family has ended, in the present transaction. Arguments: user_id (UUID).
families_ended = Signal()
