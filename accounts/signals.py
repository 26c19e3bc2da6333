"""Signals of accounts."""

from django.dispatch import Signal

#: A token family or an API key has ended, in the present transaction. Arguments: user_id (UUID).
families_ended = Signal()
#: An API key was made, after the commit. Arguments: user_id, key_id (UUID).
key_made = Signal()
#: A member of staff signed in from a network never seen, after the commit. Arguments: user_id (UUID).
staff_network_new = Signal()
#: An API key began to use a scope late, or after a long rest. Arguments: user_id, key_id (UUID), scope (str), rested (bool).
key_used_unusually = Signal()
#: A person is to be erased, after the commit. Arguments: erasure_id (UUID), is_new (False for a repeated wish).
erasure_asked = Signal()
#: A zip of a person's data is to be made, after the commit. Arguments: export_id (UUID).
export_asked = Signal()
#: The zip is there, after the commit. Arguments: user_id (UUID).
export_made = Signal()
