"""Addresses of a registration: the page by which a person changes it, and what its QR code says."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext

from registrations.exceptions import RegistrationRefused
from registrations.models import Registration

_SALT = "registrations"


def manage_address(registration: Registration) -> str:
    """The address in mails, which needs no account: signed, never stored."""
    return f"{settings.SITE_URL}/registrations/magic-link/{token_of(registration)}/"


def token_of(registration: Registration) -> str:
    """The signed id."""
    return signing.Signer(salt=_SALT).sign(registration.pk.hex)


def id_of(token: str) -> UUID:
    """The id in a token. Raises RegistrationRefused."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise RegistrationRefused(
            gettext("This link is not one of ours. Take the one of the newest mail.")
        ) from error


def check_in_address(code: str) -> str:
    """What the QR code says: a phone's camera leads a member of the team to the page that checks the person in."""
    return f"{settings.SITE_URL}/check-in/{code}/"


def register_path(event_id: UUID) -> str:
    """The page on which people register for an event."""
    return f"/events/{event_id}/register/"
