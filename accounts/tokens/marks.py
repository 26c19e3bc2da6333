"""The mark of an account's state, which each token family keeps from its sign-in.

A change of the password, of `is_active`, `is_staff` or `is_superuser`, by whatever way, gives the account
another mark, so that its tokens are refused from the next request on, even where nobody ended the families.
"""

from typing import Final

from accounts.crypto import keyed_hash
from accounts.models import User

#: What ends all tokens of an account when it changes.
DECIDING: Final = ("password", "is_active", "is_staff", "is_superuser")


def account_mark(account: User) -> str:
    """32 hex digits of a keyed hash, from which the password's hash cannot be computed."""
    state = [str(getattr(account, name)) for name in DECIDING]
    return keyed_hash("\0".join(("account", str(account.pk), *state)))[:32]
