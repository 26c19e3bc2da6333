"""Prevents privilege escalation.

Nobody can give rights that they do not have, to others or to themselves, or take over an account with more
rights.
"""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rights import Actor, RightMissing, System, is_person

#: The name shown where the missing right is that of a superuser.
SUPERUSER = "superuser"


def rights_of(account: User) -> frozenset[str]:
    """The rights of the account and its groups, even if it is closed, since it may be opened again."""
    return _names(Permission.objects.filter(Q(user=account) | Q(group__user=account)))


def rights_of_group(group: Group) -> frozenset[str]:
    """The rights that a group gives to its members."""
    return _names(group.permissions.all())


def outranks(actor: Actor, account: User) -> bool:
    """Whether `actor` has all rights of the account, and so may change it."""
    return not _beyond(actor, rights_of(account), is_superuser=account.is_superuser)


def outranks_group(actor: Actor, group: Group) -> bool:
    """Whether `actor` has all rights of the group."""
    return not _beyond(actor, rights_of_group(group))


def require_over(actor: Actor, account: User) -> None:
    """Raise RightMissing where the account has a right that `actor` lacks.

    Called also after a change, in its transaction, so that a change cannot give such a right.
    """
    _refuse(_beyond(actor, rights_of(account), is_superuser=account.is_superuser))


def require_over_group(actor: Actor, group: Group) -> None:
    """The same for a group."""
    _refuse(_beyond(actor, rights_of_group(group)))


def _beyond(actor: Actor, held: frozenset[str], *, is_superuser: bool = False) -> str:
    """The first of the rights in `held` that `actor` lacks, '' for none."""
    if isinstance(actor, System) or (is_person(actor) and actor.is_superuser):
        return ""
    if is_superuser:
        return SUPERUSER
    return min(held - actor.get_all_permissions(), default="")


def _refuse(right: str) -> None:
    if right:
        raise RightMissing(
            f"Your account lacks the right {right}, so you cannot give it, and cannot change accounts that have it.",
            permission=right,
        )


def _names(permissions: QuerySet[Permission]) -> frozenset[str]:
    return frozenset(
        f"{app}.{codename}"
        for app, codename in permissions.values_list("content_type__app_label", "codename")
    )
