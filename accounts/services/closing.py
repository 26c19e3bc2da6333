"""Closes an account at its owner's wish."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.models import User
from accounts.rights import RightMissing


@transaction.atomic
def close_account(person: User, *, by: User) -> None:
    """Erase `person`: the row, and by its relations address, factors, sessions and roles.

    Only the owner may (RightMissing); the page and the API ask for the password or a factor just before. The
    sessions of the person end with it, the log keeps a pseudonym.
    """
    if by.pk != person.pk:
        raise RightMissing("Only the owner closes an account.")
    record_action(by, Action.ERASED, target=target_of(person))
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    person.delete()
