"""Context of the account pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts.networks import read_address


def ways_in(request: HttpRequest) -> dict[str, Any]:
    """`has_providers`, and `passkey_url`: this page at localhost, where the address names a number, else ''.

    WebAuthn ties a passkey to a name and refuses IP addresses; a name of the machine itself counts as secure.
    """
    return {"has_providers": bool(settings.SOCIALACCOUNT_PROVIDERS), "passkey_url": _named(request)}


def _named(request: HttpRequest) -> str:
    name, port = split_domain_port(request.get_host())
    if settings.PRODUCTION or read_address(name) is None:
        return ""
    return f"http://localhost{port and ':'}{port}{request.get_full_path()}"
