"""Adds and removes the devices that a person is told on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.models import User
from egress.exceptions import AddressRefused
from egress.factory import check_address
from notices import push
from notices.models import PushDevice
from pipeline.base64url import read_base64url

#: Devices of one person; one more takes the place of the oldest.
MOST: Final = 10
_LONGEST_ENDPOINT: Final = 1_000
_LONGEST_CLIENT: Final = 120
_AUTH_BYTES: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A subscription as a browser has it (`PushSubscription.toJSON`)."""

    endpoint: str
    p256dh: str
    auth: str


@transaction.atomic
def add_device(
    person: User, given: Given, *, session_id: UUID | None, client: str, now: datetime | None = None
) -> PushDevice:
    """Tell the person on this device too. Once more renews its keys. Raises InputRefused.

    A browser belongs to one account: who adds it takes it from an earlier one.
    """
    values: dict[str, Any] = {**_values(given)}
    hashed = values.pop("endpoint_hash")
    values |= {"user": person, "session_id": session_id, "client": client[:_LONGEST_CLIENT].replace("\0", "")}
    PushDevice.objects.filter(endpoint_hash=hashed).exclude(user=person).delete()
    device, _ = PushDevice.objects.update_or_create(
        endpoint_hash=hashed, defaults=values, create_defaults={**values, "made_at": now or clock()}
    )
    held = list(PushDevice.objects.filter(user=person).order_by("-pk").values_list("pk", flat=True))
    PushDevice.objects.filter(pk__in=held[MOST:]).delete()
    return device


@transaction.atomic
def renew_device(device_id: UUID, given: Given) -> None:
    """The browser of a device has another subscription, since its push service ended the former one.

    Raises PushDevice.DoesNotExist where the device was removed, and InputRefused.
    """
    device = PushDevice.objects.select_for_update().get(pk=device_id)
    values = _values(given)
    PushDevice.objects.filter(endpoint_hash=values["endpoint_hash"]).exclude(pk=device.pk).delete()
    for name, value in values.items():
        setattr(device, name, value)
    device.save(update_fields=list(values))


def remove_device(person: User, device_id: UUID) -> None:
    """Tell the person no more on this device. Raises PushDevice.DoesNotExist."""
    PushDevice.objects.get(pk=device_id, user=person).delete()


def end_with_sessions(session_ids: Collection[UUID]) -> int:
    """Remove the devices whose session ended: nobody is told on a device where they signed out. Returns how many."""
    return PushDevice.objects.filter(session_id__in=session_ids).delete()[0] if session_ids else 0


def forget_strange_keys() -> int:
    """Remove the devices that accept another key of ours than the present one. Returns how many."""
    present = push.public_key()
    return PushDevice.objects.exclude(server_key=present).delete()[0] if present else 0


def _values(given: Given) -> dict[str, str]:
    """The columns of a subscription. Raises InputRefused."""
    if not push.is_configured():
        raise InputRefused("endpoint", gettext("is of no use: this site sends no push."))
    endpoint = _endpoint(given.endpoint.strip())
    return {
        "endpoint": endpoint, "endpoint_hash": keyed_hash(f"push\0{endpoint}"), "p256dh": _point(given.p256dh), "auth": _auth(given.auth),
        "server_key": push.public_key(),
    }  # fmt: skip


def _endpoint(given: str) -> str:
    """https at its own port; on a machine of developers also this machine."""
    try:
        if len(given) > _LONGEST_ENDPOINT or not (_is_public(given) or _is_local(given)):
            raise ValueError("not https")
        check_address(given)
    except (AddressRefused, ValueError) as refused:
        raise InputRefused("endpoint", gettext("is no address of a push service.")) from refused
    return given


def _is_public(given: str) -> bool:
    """Raises ValueError."""
    parts = urlsplit(given)
    return parts.scheme == "https" and parts.port in (None, 443)


def _is_local(given: str) -> bool:
    """Raises ValueError."""
    return bool(settings.EGRESS_ALLOW_LOOPBACK) and urlsplit(given).hostname in ("127.0.0.1", "localhost")


def _point(given: str) -> str:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(given))
    except ValueError:
        raise InputRefused("p256dh", gettext("is no key of a browser.")) from None
    return given.rstrip("=")


def _auth(given: str) -> str:
    try:
        is_good = len(_bytes(given)) == _AUTH_BYTES
    except ValueError:
        is_good = False
    if not is_good:
        raise InputRefused("auth", gettext("is no key of a browser."))
    return given.rstrip("=")


def _bytes(given: str) -> bytes:
    """Raises ValueError."""
    if len(given.rstrip("=")) > 88:
        raise ValueError("too long")
    return read_base64url(given)
