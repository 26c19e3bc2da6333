"""Nobody can give rights that they do not have, to others or to themselves, or take over an account that has
more rights."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rights import Actor, RightMissing, System, is_person

#: Named where the missing right is that of a superuser.
SUPERUSER = "superuser"


def rights_of(account: User) -> frozenset[str]:
    """What the account holds by itself and by its groups, asleep or not: a closed account that is opened
    again has it."""
    return _names(Permission.objects.filter(Q(user=account) | Q(group__user=account)))


def rights_of_group(group: Group) -> frozenset[str]:
    """What the members of a group hold by it."""
    return _names(group.permissions.all())


def outranks(actor: Actor, account: User) -> bool:
    """Whether `actor` holds all that the account holds, and so may change it."""
    return not _beyond(actor, rights_of(account), is_superuser=account.is_superuser)


def outranks_group(actor: Actor, group: Group) -> bool:
    """Whether `actor` holds all that the group gives."""
    return not _beyond(actor, rights_of_group(group))


def require_over(actor: Actor, account: User) -> None:
    """Raise RightMissing where the account holds what `actor` does not. Asked after a change too, in its
    transaction, so that none can give it."""
    _refuse(_beyond(actor, rights_of(account), is_superuser=account.is_superuser))


def require_over_group(actor: Actor, group: Group) -> None:
    """Likewise of a group."""
    _refuse(_beyond(actor, rights_of_group(group)))


def _beyond(actor: Actor, held: frozenset[str], *, is_superuser: bool = False) -> str:
    """The first right among those held that `actor` has not, '' for none."""
    if isinstance(actor, System) or (is_person(actor) and actor.is_superuser):
        return ""
    if is_superuser:
        return SUPERUSER
    return min(held - actor.get_all_permissions(), default="")


def _refuse(right: str) -> None:
    if right:
        raise RightMissing(
            f"Your account lacks the right {right}, so that you may neither give it nor change who has it.",
            permission=right,
        )


def _names(permissions: QuerySet[Permission]) -> frozenset[str]:
    return frozenset(
        f"{app}.{codename}"
        for app, codename in permissions.values_list("content_type__app_label", "codename")
    )
