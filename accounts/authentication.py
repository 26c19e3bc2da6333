"""Authenticates API requests: clients by a token, our own pages by the session."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.exceptions import TokenRefused
from accounts.factors import weighed
from accounts.keys.holding import ByKey, read_key
from accounts.keys.scopes import Scope
from accounts.keys.secret import looks_like_key
from accounts.keys.using import RIGHTS, note_use
from accounts.models import User
from accounts.tokens.families import SignedIn, read_access

#: The attribute of a request that holds what its key says.
_HELD: Final = "_nocturne_api_key"
_SESSION_CHALLENGE: Final = 'Session realm="Nocturne admin", login="/admin/login/"'


class ScopeMissing(PermissionDenied):
    """An API key does not open this address. `scope` is the one that would, '' where none does."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            gettext("This API key lacks the scope %(scope)s.") % {"scope": scope}
            if scope
            else gettext("No API key opens this address. Sign in.")
        )


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN` (RFC 6750, 2.1). `request.auth` is a SignedIn, or the ByKey of an API key.

    A request with a token is never answered by its session: a token that is refused gets 401, and a key without the
    scope of the view's method 403.
    """

    def authenticate(self, request: Request) -> tuple[User, SignedIn | ByKey] | None:
        token = bearer_of(request._request)
        if token is None:
            return None
        try:
            if looks_like_key(token):
                held = key_of(request._request, token)
                _require_scope(request, held)
                return held.user, held
            signed_in = read_access(token)
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


def bearer_of(request: HttpRequest) -> str | None:
    """The token of a request, None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def key_of(request: HttpRequest, token: str) -> ByKey:
    """Whom the API key of a request stands for; read once in a request. Raises KeyRefused."""
    held: ByKey | None = getattr(request, _HELD, None)
    if held is None:
        held = read_key(token)
        setattr(request, _HELD, held)
    return held


def _require_scope(request: Request, held: ByKey) -> None:
    """Raise ScopeMissing where the key does not open the method of the view; note what it was used for.

    What a view does not offer gets its 405. Views for staff ask for rights, which the key passes on or not.
    """
    view: Any = request.parser_context["view"]  # type: ignore[index]
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method not in view.allowed_methods or method == "OPTIONS":
        return
    if hasattr(view, "needs"):
        note_use(held, RIGHTS)
        return
    scope = getattr(view, "scopes", {}).get(method, "")
    if not scope and method == "GET" and not _is_for_people(view):
        scope = Scope.EVENTS_READ
    if scope not in held.scopes:
        raise ScopeMissing(str(scope))
    note_use(held, str(scope))


def _is_for_people(view: Any) -> bool:
    return any(getattr(permission, "is_for_people", False) for permission in view.get_permissions())


def signed_in_by_token(request: Any) -> SignedIn | None:
    """What the token of an API request says; None where it came by session, or anonymously."""
    given = getattr(request, "auth", None)
    return given if isinstance(given, SignedIn) else None
