"""Signed words that are good without an account and never stored: the link that ends a kind of notices by one channel, and the
token by which a browser renews its own subscription to push."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notices.enums import Channel, Kind
from notices.models import Notice

_SALT = "notices.off"
_RENEWAL = "notices.renew"


@dataclass(frozen=True, kw_only=True, slots=True)
class Off:
    """What a link ends: one kind by one channel, for an account or an address."""

    user_id: UUID | None
    address_hash: str
    kind: Kind
    channel: Channel


def off_address(notice: Notice, channel: Channel) -> str:
    """The whole address of the page that ends notices of this kind for their person."""
    said = [notice.user_id.hex if notice.user_id else "", notice.address_hash, notice.kind, channel.value]
    return f"{settings.SITE_URL}{reverse('notices:off', args=[signing.dumps(said, salt=_SALT)])}"


def off_of(token: str) -> Off | None:
    """What a token ends; None where it is not one of ours."""
    try:
        user, hashed, kind, channel = signing.loads(token, salt=_SALT)
        return Off(
            user_id=UUID(user) if user else None,
            address_hash=hashed,
            kind=Kind(kind),
            channel=Channel(channel),
        )
    except (signing.BadSignature, TypeError, ValueError):
        return None


def renewal_token(device_id: UUID) -> str:
    """By which the service worker of a device renews its subscription, and does nothing else."""
    return signing.dumps(device_id.hex, salt=_RENEWAL)


def renewed_by(token: str) -> UUID | None:
    """The device that a token renews; None where it is not one of ours."""
    try:
        return UUID(signing.loads(token, salt=_RENEWAL))
    except (signing.BadSignature, AttributeError, TypeError, ValueError):
        return None
