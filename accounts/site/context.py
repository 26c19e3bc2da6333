"""Context of the account pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.networks import read_address


def passkeys(request: HttpRequest) -> dict[str, Any]:
    """`passkey_url`: this page at localhost, where the address names a number, else ''.

    WebAuthn ties a passkey to a name and refuses IP addresses; a name of the machine itself counts as secure.
    """
    host, _, port = (
        request.get_host().rpartition(":")
        if not request.get_host().endswith("]")
        else (request.get_host(), "", "")
    )
    name, port = (host, f":{port}") if host else (port, "")
    is_local = not settings.PRODUCTION and read_address(name) is not None
    return {"passkey_url": f"http://localhost{port}{request.get_full_path()}" if is_local else ""}
