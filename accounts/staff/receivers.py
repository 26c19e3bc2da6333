"""Setting up the first factor proves it: a session of staff need not sign in again."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.factors import KINDS
from accounts.models import User


@receiver(authenticator_added, dispatch_uid="accounts.staff.first_factor")
def note_first_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Note the factor in the session: its code, or its key's signature, was just checked.

    Only the first: whoever has another proves that one.
    """
    others = Authenticator.objects.filter(user=user, type__in=KINDS).exclude(pk=authenticator.pk)
    if authenticator.type in KINDS and not others.exists():
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
