"""Reads addresses in headers, trusted networks, and the network that counts as one visitor.

Free of Django.
"""

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Among the trusted networks: clients of a Unix socket, which have no address.
UNIX: Final = "unix"
#: One household, office or server has an IPv6 /64.
IPV6_PREFIX: Final = 64
#: An IPv6 address with zone, brackets and port is shorter.
_LONGEST: Final = 80
#: At most so many proxies in a row.
_MOST_HOPS: Final = 16


def read_address(text: str) -> Address | None:
    """An address in any notation of headers; None for anything else.

    With a port, in brackets, with a zone; IPv4 inside IPv6 becomes IPv4.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.startswith("["):
        text, bracket, port = text[1:].partition("]")
        if not bracket or (port and not _is_port(port)):
            return None
    elif text.count(":") == 1:
        text, colon, port = text.partition(":")
        if not _is_port(colon + port):
            return None
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def read_networks(names: Sequence[str]) -> frozenset[Network]:
    """The networks of `names`, without `unix`.

    Raises ValueError for an invalid one, and for the network of all addresses.
    """
    found = frozenset(ip_network(name, strict=False) for name in names if name != UNIX)
    if any(each.prefixlen == 0 for each in found):
        raise ValueError("a network of all addresses would believe every visitor")
    return found


def visitor(peer: Address | None, forwarded: str, trusted: Collection[Network]) -> Address | None:
    """The client of a request from `peer`, a trusted proxy: the last untrusted address in X-Forwarded-For.

    The search ends at an invalid word: nothing beyond it is reliable.
    """
    found = peer
    for word in reversed(forwarded.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]):
        told = read_address(word)
        if told is None:
            break
        found = told
        if not any(told in network for network in trusted):
            break
    return found


def network_key(address: Address | None) -> str:
    """The key of a visitor: an IPv4 address, `2001:db8:1:2::/64` for IPv6; '' for None."""
    return (
        str(IPv6Network((int(address), IPV6_PREFIX), strict=False))
        if isinstance(address, IPv6Address)
        else str(address or "")
    )


def coarse(address: str) -> str:
    """An address for display beside a session, without its last part: 203.0.113.0, 2001:db8:1::; `::` where unknown.

    24 bits of IPv4 and 48 of IPv6 tell a person their town or provider, and name no household.
    """
    found = read_address(address)
    if found is None:
        return "::"
    prefix = 24 if isinstance(found, IPv4Address) else 48
    return str(ip_network(f"{found}/{prefix}", strict=False).network_address)


def _is_port(text: str) -> bool:
    number = text.removeprefix(":")
    return text.startswith(":") and number.isascii() and number.isdigit() and len(number) <= 5
