"""The link by which a mail signs its reader in. It works once, for a quarter of an hour, in any browser."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode

from accounts.models import User

SECONDS: Final = 15 * 60
_SALT: Final = "accounts.site.links"


def link_for(person: User, *, next_url: str = "") -> str:
    """The whole address; `next_url` must have been checked."""
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return f"{settings.SITE_URL}{reverse('account_login_link', args=[token_for(person)])}{query}"


def token_for(person: User) -> str:
    """The token. A sign-in, a new password and a new address void it."""
    return signing.dumps([str(person.pk), _state(person)], salt=_SALT)


def person_of(token: str) -> User | None:
    """The person of a valid token whose account is open, else None."""
    try:
        pk, state = signing.loads(token, salt=_SALT, max_age=SECONDS)
        person = User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, TypeError, ValueError, User.DoesNotExist):
        return None
    return person if state == _state(person) else None


def _state(person: User) -> str:
    seen = person.last_login.timestamp() if person.last_login else 0
    return salted_hmac(_SALT, f"{person.password}|{seen}|{person.email}").hexdigest()[:32]
