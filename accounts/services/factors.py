"""Takes the second factors of an account away, for a person who lost theirs."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.timezone import now

from accounts.actions import Action, record_action, target_of
from accounts.enums import EndReason
from accounts.keys.holding import end_keys
from accounts.models import User
from accounts.rights import Actor
from accounts.services.sessions import end_sessions, sessions_of
from accounts.tokens.families import end_families


@transaction.atomic
def reset_factors(person: User, *, by: Actor) -> int:
    """Delete factors, passkeys and recovery codes, and end every session and token: the next sign-in can only enrol.

    The log gets an entry. Returns how many factors there were.
    """
    held = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    Authenticator.objects.filter(user=person).delete()
    end_sessions(sessions_of(person))
    _forget_older_sessions(person)
    end_families(person, EndReason.ACCOUNT_CHANGED)
    end_keys(person)
    record_action(by, Action.FACTORS_RESET, target=target_of(person), before={"factors": held})
    return held


def _forget_older_sessions(person: User) -> None:
    """Delete sessions from before they were listed by account."""
    open_ones = Session.objects.filter(expire_date__gt=now()).iterator()
    keys = [each.session_key for each in open_ones if each.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(session_key__in=keys).delete()
