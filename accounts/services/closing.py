"""Closes an account at its owner's wish."""

from django.utils.translation import gettext

from accounts.models import User
from accounts.privacy.erasing import ask_for_erasure
from accounts.rights import RightMissing


def close_account(person: User, *, by: User) -> None:
    """Sign `person` out everywhere, close the account, and have it erased within minutes.

    Only the owner may (RightMissing); the page and the API ask for the password or a factor just before. What
    is erased, and what stays without the person: accounts.privacy.
    """
    if by.pk != person.pk:
        raise RightMissing(gettext("Only the owner closes an account."))
    ask_for_erasure(person, by=by)
