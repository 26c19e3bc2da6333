"""Makes, reads and revokes API keys. A key never has more than its person has at this moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.actions import Action, Word, record_action, target_of
from accounts.enums import EndReason
from accounts.exceptions import InputRefused, KeyRefused
from accounts.keys.scopes import WHERE, Scope, rights_to_choose
from accounts.keys.secret import SHOWN, hash_of, is_well_formed, new_secret
from accounts.models import ApiKey, User
from accounts.rights import RightMissing, System
from accounts.signals import families_ended, key_made
from accounts.tokens.marks import account_mark
from accounts.user_input import line

#: A key lasts at most so long.
LONGEST: Final = timedelta(days=366)
#: Keys of one account that are open at once.
MOST: Final = 25
#: The last use is written at most once in this time.
_NOTED_EVERY: Final = timedelta(minutes=1)
#: An ended key stays in its owner's list for so long.
KEPT: Final = timedelta(days=90)
_LONGEST_NAME: Final = 60
_KEYS: Final = System("keys")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyWish:
    """A key as it is asked for. `rights` are those of staff."""

    name: str
    scopes: Collection[str]
    expires_at: datetime
    rights: Collection[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ByKey:
    """Whom a key stands for, and what it may.

    `uses` are the first and the last day of each scope's use, `rests_since` when the key was used before, or made.
    """

    user: User
    key_id: UUID
    scopes: frozenset[str]
    until: datetime
    uses: Mapping[str, tuple[str, str]]
    rests_since: datetime


def make_key(person: User, wish: KeyWish, *, by: User, has_factor: bool) -> tuple[ApiKey, str]:
    """Store a key. Returns its row, and the key itself, which nothing tells a second time.

    `person` has just proved who they are; `has_factor` says whether by a second factor, which rights of staff ask
    for (accounts.factors). Raises RightMissing for somebody else's account, InputRefused.
    """
    if by.pk != person.pk:
        raise RightMissing(gettext("Only the owner makes keys of an account."))
    secret = new_secret()
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=person.pk)
        if keys_of(held).filter(_open(now())).count() >= MOST:
            raise InputRefused(
                "", gettext("An account has at most %(number)d keys. Revoke one first.") % {"number": MOST}
            )
        row = ApiKey.objects.create(
            user=held,
            name=_name(wish.name),
            secret_hash=hash_of(secret),
            shown=secret[:SHOWN],
            scopes=_scopes(wish.scopes),
            rights=_rights(person, wish.rights, has_factor=has_factor),
            has_factor=has_factor,
            account_mark=account_mark(held),
            expires_at=_expiry(wish.expires_at),
        )
        told = {"scopes": [Word(each) for each in row.scopes], "rights": [Word(each) for each in row.rights]}
        record_action(person, Action.KEY_MADE, target=target_of(row), after=told)
        transaction.on_commit(
            lambda: key_made.send(sender=ApiKey, user_id=row.user_id, key_id=row.pk), robust=True
        )
    return row, secret


def read_key(given: str) -> ByKey:
    """Whom a key stands for, by one query, and one more each minute for the last use. Raises KeyRefused."""
    row = (
        ApiKey.objects.select_related("user").filter(secret_hash=hash_of(given)).first()
        if is_well_formed(given)
        else None
    )
    moment = now()
    if row is None or not row.is_open(moment) or row.account_mark != account_mark(row.user):
        raise KeyRefused
    _note_use(row, moment)  # in the database: the row here still says when it was used before
    person = row.user
    person.lacks_factor = settings.STAFF_SECOND_FACTOR and person.is_staff and not row.has_factor
    person.limited_to = frozenset((*row.rights, WHERE)) if row.rights else frozenset()
    return ByKey(
        user=person,
        key_id=row.pk,
        scopes=frozenset(row.scopes),
        until=row.expires_at,
        uses=row.uses,
        rests_since=row.used_at or row.made_at,
    )


def keys_of(person: User) -> "QuerySet[ApiKey]":
    """All keys of an account, the newest first; ended ones stay for KEPT."""
    return ApiKey.objects.filter(user=person).order_by("-made_at", "-pk")


def revoke_key(person: User, key_id: UUID, *, by: User) -> bool:
    """End a key at once, on open connections too. Returns whether it was open. Raises RightMissing."""
    if by.pk != person.pk:
        raise RightMissing(gettext("Only the owner revokes keys of an account."))
    return bool(_end(keys_of(person).filter(_open(now()), pk=key_id), EndReason.REVOKED))


def end_keys(person: User) -> int:
    """End all keys of an account, whatever its state. Returns how many."""
    return _end(keys_of(person), EndReason.ACCOUNT_CHANGED)


def end_void_keys(person: User) -> int:
    """End the keys of a former state of the account, which are refused already. Returns how many."""
    return _end(keys_of(person).exclude(account_mark=account_mark(person)), EndReason.ACCOUNT_CHANGED)


def forget_keys(moment: datetime) -> int:
    """Delete keys that ended or expired long ago. Returns how many."""
    old = moment - KEPT
    return ApiKey.objects.filter(Q(ended_at__lt=old) | Q(expires_at__lt=old)).delete()[0]


def open_ids(ids: Collection[UUID]) -> set[UUID]:
    """Those of the given keys that are open now."""
    return set(ApiKey.objects.filter(_open(now()), pk__in=ids).values_list("pk", flat=True))


def note_held(ids: Collection[UUID]) -> None:
    """Note that open connections hold these keys, by one query: the last use of those where it is older than a minute."""
    moment = now()
    ApiKey.objects.filter(_is_due(moment), pk__in=ids).update(used_at=moment)


def _end(keys: "QuerySet[ApiKey]", reason: EndReason) -> int:
    with transaction.atomic():
        rows = list(
            keys.filter(ended_at=None).select_related("user").select_for_update(of=["self"]).order_by("pk")
        )
        ApiKey.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now(), end_reason=reason)
        for row in rows:
            families_ended.send(sender=ApiKey, user_id=row.user_id)
            by = row.user if reason is EndReason.REVOKED else _KEYS
            record_action(by, Action.KEY_REVOKED, target=target_of(row), after={"reason": Word(reason.value)})
    return len(rows)


def _open(moment: datetime) -> Q:
    return Q(ended_at=None, expires_at__gt=moment)


def _note_use(row: ApiKey, moment: datetime) -> None:
    """Of several requests at the same time one writes."""
    if row.used_at is None or row.used_at <= moment - _NOTED_EVERY:
        ApiKey.objects.filter(_is_due(moment), pk=row.pk).update(used_at=moment)


def _is_due(moment: datetime) -> Q:
    return Q(used_at=None) | Q(used_at__lte=moment - _NOTED_EVERY)


def _name(value: str) -> str:
    name = line("name", value, most=_LONGEST_NAME)
    if not name:
        raise InputRefused("name", gettext("is missing. Say what the key is for."))
    return name


def _scopes(wanted: Collection[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    if unknown := [each for each in wanted if each not in known]:
        raise InputRefused(
            "scopes",
            gettext("has no %(scope)s. Known are %(known)s.")
            % {"scope": unknown[0][:40], "known": ", ".join(known)},
        )
    return [each for each in known if each in wanted or each == Scope.EVENTS_READ]


def _rights(person: User, wanted: Collection[str], *, has_factor: bool) -> list[str]:
    if wanted and settings.STAFF_SECOND_FACTOR and not has_factor:
        raise InputRefused(
            "rights", gettext("of staff need a second factor. Sign in with yours, then make the key.")
        )
    if missing := sorted(set(wanted) - set(rights_to_choose(person))):
        raise InputRefused(
            "rights", gettext("can only be some of your own, without %(right)s.") % {"right": missing[0][:80]}
        )
    return sorted(set(wanted))


def _expiry(wanted: datetime) -> datetime:
    if not now() < wanted <= now() + LONGEST:
        raise InputRefused(
            "expires_at", gettext("must lie ahead, by %(number)d days at most.") % {"number": LONGEST.days}
        )
    return wanted
