"""Holds a session of staff without a second factor back: it may set one up, prove it, or sign out."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from accounts.factors import has_factor, methods_of, weighed
from accounts.models import User

#: Pages that are for people who are signed in. Elsewhere the session is as good as nobody's, since no right counts.
_GUARDED: Final = ("/admin/", "/accounts/")
#: Open to every session, by name.
_ALWAYS: Final = frozenset({
    "login", "logout", "jsi18n", "account_login", "account_logout", "account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "account_email_verification_sent", "account_confirm_email", "account_login_link",
})  # fmt: skip
#: Open as long as the account has no factor. Who has one proves it first: a thief must not add another.
_ENROL: Final = frozenset({"mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn"})


class SecondFactorMiddleware:
    """Weighs the user of a session (accounts.factors), and redirects one that lacks its factor to the page for it."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The way to the factor; None where the request may go on."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if not request.path.startswith(_GUARDED) or name in _ALWAYS:
            return None
        person = request.user
        if not person.is_authenticated or not person.lacks_factor:
            return None
        if has_factor(person):
            return _to("mfa_reauthenticate", next=request.get_full_path())
        return None if name in _ENROL else _to("mfa_index", next=request.get_full_path())


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    return weighed(user, methods_of(request.session, user)) if isinstance(user, User) else AnonymousUser()


def _to(name: str, **query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode(query)}")
