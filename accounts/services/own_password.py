"""Asks a signed-in person for their password once more."""

from accounts.exceptions import TooBusy
from accounts.models import User, fold_login
from accounts.throttling import count_guess, give_back


def confirm_password(person: User, password: str) -> bool:
    """Whether it is their password.

    A guess like any other: a finder of an unlocked session must not try as many as they like. The account is
    counted apart from its logins, which are never locked out. Raises TooManyGuesses before anything is hashed,
    and TooBusy. Must run outside any transaction.
    """
    guess = count_guess(fold_login(person.email), network="", device="own password")
    try:
        is_right = person.check_password(password)
    except TooBusy:
        give_back(guess)
        raise
    if is_right:
        give_back(guess)
    return is_right
