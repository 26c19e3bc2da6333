"""The doors of a person's endpoints. Nobody else has them: each takes the account itself, and finds only its rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.models import User
from egress.exceptions import AddressRefused, OptedOut
from egress.factory import check_address
from outbox.queries import position
from webhooks.conditions import read_conditions
from webhooks.enums import TYPES, DisabledBecause
from webhooks.exceptions import ChangedMeanwhile, WebhookImpossible
from webhooks.models import Endpoint
from webhooks.signing import new_secret

#: Endpoints of one person; how long the secret before signs beside a new one.
MOST_ENDPOINTS: Final = 10
OVERLAP: Final = timedelta(hours=24)
_LONGEST_ADDRESS: Final = 1_000


def make_endpoint(
    person: User, values: Mapping[str, Any], *, now: datetime | None = None
) -> tuple[Endpoint, str]:
    """An endpoint of `address`, and if given `description`, `types`, `filter` and `enabled`; with its secret, told once.

    It gets the changes from now on. Raises InputRefused, ValidationError for the filter, WebhookImpossible.
    """
    moment, secret = now or clock(), new_secret()
    columns = _columns({"types": list(TYPES), **values})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if Endpoint.objects.filter(user=person).count() >= MOST_ENDPOINTS:
            raise WebhookImpossible(
                gettext("You have %(number)s webhooks, which is the most. Delete one first.")
                % {"number": MOST_ENDPOINTS}
            )
        row = Endpoint(user=person, secret=secret, made_at=moment, begins_after=position().number, **columns)
        _say_why(row, now=moment)
        row.save(force_insert=True)
        record_action(
            person,
            Action.WEBHOOK_ADDED,
            target=target_of(row),
            after={"host": row.host, "enabled": row.enabled},
        )
    return row, secret


def change_endpoint(
    person: User, endpoint_id: UUID, values: Mapping[str, Any], *, version: int | None = None,
    now: datetime | None = None,
) -> Endpoint:  # fmt: skip
    """Change the given fields, all or none. Enabled again, it gets the changes from now on, and what waited before.

    Raises Endpoint.DoesNotExist, InputRefused, ValidationError for the filter, and ChangedMeanwhile where the endpoint
    has another version than `version`.
    """
    moment = now or clock()
    columns = _columns(values)
    with transaction.atomic():
        row = _locked(person, endpoint_id, version)
        before = {name: getattr(row, name) for name in columns}
        differing = {name for name, value in columns.items() if value != before[name]}
        if not differing:
            return row
        for name in differing:
            setattr(row, name, columns[name])
        touched = differing | {"version"}
        if "enabled" in differing:
            touched |= _switch(row, now=moment)
        if "address" in differing:  # another server need not wait for what the former one did
            row.rests_until, row.is_slow = None, True
            touched |= {"rests_until", "is_slow"}
        row.version += 1
        row.save(update_fields=sorted(touched))
        told = sorted(differing & {"host", "enabled", "types"})
        record_action(
            person, Action.WEBHOOK_CHANGED, target=target_of(row), before={name: before[name] for name in told},
            after={name: columns[name] for name in told},
        )  # fmt: skip
    return row


def delete_endpoint(person: User, endpoint_id: UUID, *, version: int | None = None) -> None:
    """Delete it with all its deliveries. Raises Endpoint.DoesNotExist, and ChangedMeanwhile as `change_endpoint` does."""
    with transaction.atomic():
        row = _locked(person, endpoint_id, version)
        record_action(person, Action.WEBHOOK_DELETED, target=target_of(row), before={"host": row.host})
        row.delete()


def renew_secret(person: User, endpoint_id: UUID, *, now: datetime | None = None) -> tuple[Endpoint, str]:
    """A new secret, told once. For a day messages are signed with the one before too; one before that ends at once.

    Raises Endpoint.DoesNotExist.
    """
    moment, secret = now or clock(), new_secret()
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(user=person, pk=endpoint_id)
        row.former_secret, row.former_until, row.secret = row.secret, moment + OVERLAP, secret
        row.version += 1
        row.save(update_fields=["secret", "former_secret", "former_until", "version"])
        record_action(person, Action.WEBHOOK_SECRET_RENEWED, target=target_of(row))
    return row, secret


def _locked(person: User, endpoint_id: UUID, version: int | None) -> Endpoint:
    row = Endpoint.objects.select_for_update().get(user=person, pk=endpoint_id)
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    return row


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for the given fields. Raises InputRefused and ValidationError."""
    columns: dict[str, Any] = {}
    if "address" in values:
        columns["address"] = address = _address(str(values["address"]))
        columns["host"] = urlsplit(address).netloc.lower()
    if "description" in values:
        columns["description"] = user_input.line("description", str(values["description"]), most=200)
    if "types" in values:
        columns["types"] = _types(values["types"])
    if "filter" in values:
        columns["asked"], columns["conditions"] = read_conditions(values["filter"] or {})
    if "enabled" in values:
        columns["enabled"] = bool(values["enabled"])
    return columns


def _address(given: str) -> str:
    address = given.strip()
    if len(address) > _LONGEST_ADDRESS:
        raise InputRefused(
            "address", gettext("has at most %(number)s characters.") % {"number": _LONGEST_ADDRESS}
        )
    if not address.startswith("https://") and not (
        settings.WEBHOOKS_ALLOW_HTTP and address.startswith("http://")
    ):
        raise InputRefused("address", gettext("must begin with https://."))
    try:
        check_address(address)
    except OptedOut:
        raise InputRefused(
            "address", gettext("belongs to a site whose owner asked us to send nothing there.")
        ) from None
    except AddressRefused as refused:
        raise InputRefused(
            "address",
            gettext("is refused: %(reason)s. Give the https address of a public server.")
            % {"reason": refused.detail},
        ) from None
    return address


def _types(given: Iterable[str]) -> list[str]:
    asked = set(given)
    if unknown := sorted(asked - set(TYPES)):
        raise InputRefused("types", gettext("know no “%(type)s”.") % {"type": unknown[0][:40]})
    if not asked:
        raise InputRefused("types", gettext("are empty. Choose one at least."))
    return [kind.value for kind in TYPES if kind in asked]


def _switch(row: Endpoint, *, now: datetime) -> set[str]:
    """What goes with enabling or disabling. It stays among the slow ones until a try succeeds."""
    _say_why(row, now=now)
    row.notice, row.failures, row.failing_since, row.rests_until, row.is_slow = "", 0, None, None, True
    touched = {
        "disabled_because",
        "disabled_at",
        "notice",
        "failures",
        "failing_since",
        "rests_until",
        "is_slow",
    }
    if row.enabled:
        row.begins_after = position().number
        touched.add("begins_after")
    return touched


def _say_why(row: Endpoint, *, now: datetime) -> None:
    row.disabled_because = "" if row.enabled else DisabledBecause.OWNER
    row.disabled_at = None if row.enabled else now
