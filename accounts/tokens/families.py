"""Token families: a sign-in starts one, each refresh replaces its newest token, a reused token ends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts import news
from accounts.actions import Action, Word, record_action, target_of
from accounts.enums import EndReason
from accounts.exceptions import TokenEnded, TokenInvalid, TokenRaced, TokenReused
from accounts.models import TokenFamily, User
from accounts.rights import System
from accounts.sessions import ADMIN_IDLE_SECONDS
from accounts.signals import families_ended
from accounts.tokens.encoding import AccessToken, RefreshToken, read_claims
from accounts.tokens.marks import account_mark

_TOKENS: Final = System("tokens")
#: How the log names an end, and whether the person did it.
_ENDS: Final = {
    EndReason.SIGNED_OUT: (Action.SIGNED_OUT, True),
    EndReason.ENDED_ELSEWHERE: (Action.SESSION_ENDED, True),
    EndReason.REUSED: (Action.TOKENS_REVOKED, False),
    EndReason.ACCOUNT_CHANGED: (Action.TOKENS_REVOKED, False),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Both tokens, in the form in which they travel, and how long the access token lasts, in seconds."""

    family: TokenFamily
    access: str
    refresh: str
    expires_in: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Whom an access token stands for.

    `methods` is how they proved who they are (RFC 8176: `pwd`, `otp`, …), `since` when they did, `until` when
    the token expires.
    """

    user: User
    family_id: UUID
    methods: tuple[str, ...]
    since: datetime
    until: datetime


def start_family(user: User, *, methods: Sequence[str], client: str = "") -> Pair:
    """Sign an API client in.

    `user` is the row whose password was just checked: where it changes meanwhile, the tokens are void. In one
    transaction the family is stored, the user's other sessions are told (`session.started`), and the log gets
    an entry.
    """
    refresh = RefreshToken()
    family = TokenFamily(
        user=user,
        newest=refresh["jti"],
        account_mark=account_mark(user),
        methods=list(methods),
        client=client[:120],
        expires_at=now() + _lifetime(user),
    )
    with transaction.atomic():
        family.save(force_insert=True)
        news.session_started(user.pk, family.pk, kind="api", client=family.client)
        told = {"by": Word("token"), "methods": [Word(each) for each in family.methods]}
        record_action(user, Action.SIGNED_IN, target=target_of(user), after=told)
    return _pair(family, refresh)


def rotate(given: str) -> Pair:
    """Exchange a refresh token for the next pair.

    Of requests with the same token exactly one wins. One that began before the winner had stored its token
    gets TokenRaced and no tokens, and the family goes on. One that began later is a reuse: it ends the family
    and gets TokenReused. Raises TokenInvalid and TokenEnded too.
    """
    claims = read_claims(RefreshToken, given)
    family = _alive(claims)
    if family.newest != claims["jti"]:
        end_family(family, EndReason.REUSED)
        raise TokenReused
    refresh = RefreshToken()
    moment = now()
    won = TokenFamily.objects.filter(pk=family.pk, newest=claims["jti"], ended_at=None).update(
        newest=refresh["jti"], used_at=moment, expires_at=moment + _lifetime(family.user)
    )
    if not won:
        _alive(claims)
        raise TokenRaced
    return _pair(family, refresh)


def read_access(given: str) -> SignedIn:
    """Whom an access token stands for, by one query. Raises TokenInvalid and TokenEnded."""
    claims = read_claims(AccessToken, given)
    family = _alive(claims)
    return SignedIn(
        user=family.user,
        family_id=family.pk,
        methods=tuple(family.methods),
        since=family.started_at,
        until=datetime.fromtimestamp(claims["exp"], tz=family.started_at.tzinfo),
    )


def family_of(given: str) -> TokenFamily:
    """The family of a refresh token that need not be the newest. Raises TokenInvalid and TokenEnded."""
    return _alive(read_claims(RefreshToken, given))


def end_family(family: TokenFamily, reason: EndReason) -> bool:
    """End a family, so that none of its tokens is accepted any more.

    The user's other sessions are told (`session.ended`), and the log gets an entry. Returns whether it had not
    ended before.
    """
    return bool(_end(TokenFamily.objects.filter(pk=family.pk), reason))


def end_families(user: User, reason: EndReason, *, but: UUID | None = None) -> int:
    """End all families of an account, except one. Returns how many."""
    families = TokenFamily.objects.filter(user=user)
    return _end(families.exclude(pk=but) if but else families, reason)


def end_void_families(user: User) -> int:
    """End the families of a former state of the account, which are refused already.

    Otherwise they would be accepted again if that state came back: closed and opened, no staff and staff.
    Returns how many.
    """
    void = TokenFamily.objects.filter(user=user).exclude(account_mark=account_mark(user))
    return _end(void, EndReason.ACCOUNT_CHANGED)


def families_of(user: User) -> list[TokenFamily]:
    """The families whose tokens are accepted now, the latest used first."""
    return list(
        TokenFamily.objects.filter(
            user=user, ended_at=None, expires_at__gt=now(), account_mark=account_mark(user)
        ).order_by("-used_at")
    )


def forget_families() -> int:
    """Delete families whose tokens have all expired. Returns how many."""
    return TokenFamily.objects.filter(expires_at__lt=now()).delete()[0]


def _end(families: "QuerySet[TokenFamily]", reason: EndReason) -> int:
    with transaction.atomic():
        open_ones = list(
            families.filter(ended_at=None)
            .select_related("user")
            .select_for_update(of=["self"])
            .order_by("pk")
        )
        TokenFamily.objects.filter(pk__in=[each.pk for each in open_ones]).update(
            ended_at=now(), end_reason=reason
        )
        for each in open_ones:
            news.session_ended(each.user_id, each.pk, kind="api", client=each.client, reason=reason)
            families_ended.send(sender=TokenFamily, user_id=each.user_id)
            _record_end(each.user, reason)
    return len(open_ones)


def _record_end(user: User, reason: EndReason) -> None:
    action, is_own = _ENDS[reason]
    by = user if is_own else _TOKENS
    record_action(by, action, target=target_of(user), after={"reason": Word(reason.value)})


def _alive(claims: Mapping[str, Any]) -> TokenFamily:
    """The family of a token with its user. Raises TokenInvalid and TokenEnded."""
    try:
        family = TokenFamily.objects.select_related("user").get(pk=claims["sid"])
    except (KeyError, ValidationError) as error:
        raise TokenInvalid from error
    except TokenFamily.DoesNotExist as error:
        raise TokenEnded from error
    if family.ended_at is not None or family.account_mark != account_mark(family.user):
        raise TokenEnded
    return family


def _pair(family: TokenFamily, refresh: RefreshToken) -> Pair:
    """Both tokens with the family's claims."""
    access = AccessToken()
    refresh.set_exp(lifetime=_lifetime(family.user))
    for token in (access, refresh):
        token["sub"], token["sid"] = str(family.user_id), str(family.pk)
        token["amr"], token["auth_time"] = list(family.methods), int(family.started_at.timestamp())
    return Pair(
        family=family,
        access=str(access),
        refresh=str(refresh),
        expires_in=access["exp"] - access["iat"],
    )


def _lifetime(user: User) -> timedelta:
    """Of a refresh token; as short as an idle session for staff."""
    longest: timedelta = RefreshToken.lifetime
    return min(longest, timedelta(seconds=ADMIN_IDLE_SECONDS)) if user.is_staff else longest
