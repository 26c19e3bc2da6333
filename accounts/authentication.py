"""Authenticates API requests: clients by a token, our own pages by the session."""

from typing import Any, Final

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.exceptions import TokenRefused
from accounts.factors import weighed
from accounts.models import User
from accounts.tokens.families import SignedIn, read_access

_SESSION_CHALLENGE: Final = 'Session realm="Nocturne admin", login="/admin/login/"'


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN` (RFC 6750, 2.1). `request.auth` is a SignedIn.

    A request with a token is never answered by its session: a token that is refused gets 401.
    """

    def authenticate(self, request: Request) -> tuple[User, SignedIn] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            signed_in = read_access(token.strip())
        except TokenRefused as refused:
            raise AuthenticationFailed(refused.detail) from refused
        return weighed(signed_in.user, signed_in.methods), signed_in

    def authenticate_header(self, request: Request) -> str:
        """The challenges (RFC 9110, 11.6.1): a token, or the session of our own pages."""
        refused = ', error="invalid_token"' if "Authorization" in request.headers else ""
        return f'Bearer realm="Nocturne"{refused}, {_SESSION_CHALLENGE}'


class StaffSession(SessionAuthentication):
    """Django's session. Without one the answer is 401 with a challenge (RFC 9110, 15.5.2), not 403."""

    def authenticate_header(self, request: Request) -> str:
        """The challenge. No scheme is registered for cookies, so this one has its own name."""
        return _SESSION_CHALLENGE


def signed_in_by_token(request: Any) -> SignedIn | None:
    """What the token of an API request says; None where it came by session, or anonymously."""
    given = getattr(request, "auth", None)
    return given if isinstance(given, SignedIn) else None
