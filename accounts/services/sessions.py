"""Sessions of browsers: told to the person's other sessions, recorded in the log, ended."""

from collections.abc import Iterable, Sequence
from uuid import NAMESPACE_OID, UUID, uuid5

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import news
from accounts.actions import Action, Word, record_action, target_of
from accounts.crypto import keyed_hash
from accounts.enums import EndReason
from accounts.models import User

#: Characters of what a browser calls itself that others see.
_LONGEST_CLIENT = 120


def sessions_of(person: User) -> list[UserSession]:
    """The open sessions of browsers, the newest first."""
    return sorted(UserSession.objects.purge_and_list(person), key=lambda each: each.created_at, reverse=True)


@transaction.atomic
def session_began(
    person: User, session_key: str, *, client: str, methods: Sequence[str], known: bool = False
) -> None:
    """Tell the person's sessions and the log of a sign-in in a browser. `methods` as allauth names them; `known`: not the first one there."""
    news.session_started(
        person.pk, id_of(session_key), kind="site", client=client[:_LONGEST_CLIENT], known=known
    )
    told = {"by": Word("session"), "methods": [Word(each) for each in methods]}
    record_action(person, Action.SIGNED_IN, target=target_of(person), after=told)


@transaction.atomic
def session_ended(person: User, session_key: str, *, client: str = "", reason: EndReason) -> None:
    """Tell the person's sessions and the log that one ended."""
    news.session_ended(
        person.pk, id_of(session_key), kind="site", client=client[:_LONGEST_CLIENT], reason=reason
    )
    action = Action.SIGNED_OUT if reason is EndReason.SIGNED_OUT else Action.SESSION_ENDED
    record_action(person, action, target=target_of(person), after={"reason": Word(reason.value)})


@transaction.atomic
def end_sessions(sessions: Iterable[UserSession]) -> None:
    """End sessions of browsers: their next request is anonymous."""
    for each in sessions:
        Session.objects.filter(session_key=each.session_key).delete()
        each.delete()
        session_ended(each.user, each.session_key, client=each.user_agent, reason=EndReason.ENDED_ELSEWHERE)


def id_of(session_key: str) -> UUID:
    """A name of the session that does not give it away."""
    return uuid5(NAMESPACE_OID, keyed_hash(f"session\0{session_key}"))
