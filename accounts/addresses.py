"""The visitor's address behind TRUSTED_PROXIES, and the network by which limits count.

X-Forwarded-For is read from its end: each trusted proxy appended the address of its client, so the first
address that is no trusted proxy is the visitor's. Anything before it was written by the visitor. `Forwarded`
and X-Real-IP are not read: a proxy that does not set them passes on what the visitor sent.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.networks import UNIX, Address, Network, network_key, read_address, read_networks, visitor


def address_of(request: HttpRequest) -> str:
    """The visitor's address, for logs; '' where unknown."""
    return str(_visitor_of(request) or "")


def network_of(request: HttpRequest) -> str:
    """The visitor's network for limits: an IPv4 address, `2001:db8:1:2::/64` for IPv6, '' where unknown."""
    return network_key(_visitor_of(request))


def network_of_scope(scope: Any) -> str:
    """The same for an ASGI connection."""
    client = scope.get("client")
    forwarded = (
        value.decode("latin1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"
    )
    return network_key(_visitor(str(client[0]) if client and client[0] else "", ",".join(forwarded)))


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the connection itself comes from a trusted proxy, whose headers count."""
    return _is_trusted(str(request.META.get("REMOTE_ADDR") or ""))


def _visitor_of(request: HttpRequest) -> Address | None:
    return _visitor(
        str(request.META.get("REMOTE_ADDR") or ""), str(request.META.get("HTTP_X_FORWARDED_FOR") or "")
    )


def _visitor(peer: str, forwarded: str) -> Address | None:
    found = read_address(peer)
    return visitor(found, forwarded, _trusted()) if forwarded and _is_trusted(peer) else found


def _is_trusted(peer: str) -> bool:
    found = read_address(peer)
    return (
        any(found in network for network in _trusted())
        if found
        else not peer and UNIX in settings.TRUSTED_PROXIES
    )


def _trusted() -> frozenset[Network]:
    return _networks(tuple(settings.TRUSTED_PROXIES))


@cache
def _networks(named: tuple[str, ...]) -> frozenset[Network]:
    return read_networks(named)
