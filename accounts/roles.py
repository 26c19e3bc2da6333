"""The rights of each role, in one table.

The groups are created from it, and so are the actors of the access tests (docs/rights.md). Rights have
Django's names; a test checks that each exists. A missing group is created; an existing one is not changed,
since operators may have adjusted it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q


class Role(StrEnum):
    """A role. The value is the group's name."""

    MODERATOR = "moderator"
    SENIOR = "senior"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


def _rights(app: str, *verbs_of_models: str) -> frozenset[str]:
    """`"change view: event place"` as `app.change_event`, `app.view_event`, …"""
    pairs = (line.split(":") for line in verbs_of_models)
    return frozenset(
        f"{app}.{verb}_{model}"
        for verbs, models in pairs
        for verb in verbs.split()
        for model in models.split()
    )


_LOOK: Final = (
    _rights("events", "view: event listing organizer series duplicatematch proposal category askedquery")
    | _rights("places", "view: city area place placealias placematch geocode placestatus placereport weather")
    | _rights("moderation", "view: review decision rulesetting trustsubject")
    | _rights(
        "sources",
        "view: source fetchrun stagedevent payload discovery pause alert alertrule qualitygate deadletter sitepolicy",
    )
    | _rights("outbox", "view: change epoch cursor")
    | _rights("egress", "view: quotause")
    | _rights("flags", "view: flagswitch")
    | _rights("texts", "view: sitetext")
    | _rights("insights", "view: figure anomaly")
    | _rights("places", "oversee: city")
)
#: What belongs to a city. Without `places.oversee_city` it is seen, and done, in one's own cities only.
_LOOK_IN_CITIES: Final = (
    _rights("events", "view: event listing duplicatematch proposal askedquery")
    | _rights("places", "view: city area place placealias placematch placestatus placereport weather")
    | _rights("moderation", "view: review decision")
    | _rights("sources", "view: source fetchrun stagedevent payload alert deadletter")
    | _rights("insights", "view: figure anomaly")
)
_MODERATE: Final = (
    _rights("moderation", "change: review")
    | _rights("events", "change publish merge: event")
    | _rights("insights", "change: anomaly")
    | _rights("places", "change merge: place", "add change delete: placealias", "add change: area")
    | _rights("sources", "accept: fetchrun")
)
_OVERSEE: Final = _rights("events", "change: organizer") | _rights("places", "add change: city")
_AUDIT: Final = (
    _rights("accounts", "view: user")
    | _rights("audit", "view export: entry")
    | _rights("auth", "view: group")
    | _rights("django_celery_beat", "view: periodictask crontabschedule intervalschedule clockedschedule")
)
_OPERATE: Final = (
    _rights(
        "sources",
        "add change run inspect: source",
        "accept: fetchrun",
        "add change delete: pause",
        "change: alert",
        "add change delete: alertrule",
        "change: qualitygate",
        "add change view: credential",
    )
    | _rights("moderation", "change: review rulesetting")
    | _rights("flags", "add change: flagswitch")
    | _rights("texts", "add change: sitetext")
    | _rights("insights", "change: anomaly")
    | _rights("outbox", "broadcast: change")
    | _rights("accounts", "read: metrics")
    | _rights("digests", "view delete: subscription", "view: consent delivery", "read: mailbox")
    | _rights("mail", "view change: dispatch campaign", "view delete: suppression", "view: softbounce")
    | _rights("webhooks", "view: endpoint delivery")
    | _rights(
        "django_celery_beat",
        "add change view: periodictask",
        "add change view: crontabschedule intervalschedule clockedschedule",
    )
)

#: The rights of each role; an admin has all.
ROLES: Final[Mapping[Role, frozenset[str] | None]] = {
    Role.MODERATOR: _LOOK_IN_CITIES | _MODERATE,
    Role.SENIOR: _LOOK | _MODERATE | _OVERSEE,
    Role.OPERATOR: _LOOK | _OPERATE,
    Role.AUDITOR: _LOOK | _AUDIT,
    Role.ADMIN: None,
}


def ensure_roles(*, anew: bool = False) -> list[Role]:
    """Create the missing groups.

    Returns the roles that were written. With `anew`, existing groups get the rights of the table again.
    """
    written = []
    with transaction.atomic():
        for role, rights in ROLES.items():
            group, is_new = Group.objects.get_or_create(name=role.value)
            if is_new or anew:
                group.permissions.set(permissions_of(rights))
                written.append(role)
    return written


def known_rights() -> frozenset[str]:
    """The rights that the database has now."""
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in rows)


def give_new(before: frozenset[str]) -> dict[Role, list[str]]:
    """Give each existing group the rights of its role that there were not `before` an upgrade. Returns them by role.

    Nobody can have taken away what did not exist: so changes that an installation made to its groups stay.
    """
    given = {}
    for role, rights in ROLES.items():
        new = sorted((known_rights() if rights is None else rights) - before)
        group = Group.objects.filter(name=role.value).first()
        if new and group is not None:
            group.permissions.add(*permissions_of(new))
            given[role] = new
    return given


def lacking() -> dict[Role, list[str]]:
    """The rights of the table that an existing group lacks, by role.

    A newer version brought them, or somebody took them away. The admin's group, which has all, is left out.
    """
    found = {}
    for role, rights in ROLES.items():
        held = {
            f"{app}.{codename}"
            for app, codename in Permission.objects.filter(group__name=role.value).values_list(
                "content_type__app_label", "codename"
            )
        }
        if rights is not None and (missing := sorted(rights - held)):
            found[role] = missing
    return found


def permissions_of(rights: Iterable[str] | None) -> list[Permission]:
    """The rows of these rights, of all for None. Raises LookupError for an unknown right."""
    if rights is None:
        return list(Permission.objects.all())
    wanted = {(app, codename) for app, _, codename in (right.partition(".") for right in rights)}
    apps, codenames = {app for app, _ in wanted}, {codename for _, codename in wanted}
    rows = Permission.objects.select_related("content_type").filter(
        Q(content_type__app_label__in=apps, codename__in=codenames)
    )
    found = {(row.content_type.app_label, row.codename): row for row in rows}
    if missing := sorted(wanted - found.keys()):
        raise LookupError(f"There is no right {'.'.join(missing[0])}.")
    return [found[pair] for pair in sorted(wanted)]
