"""Reads addresses in headers, trusted networks, and the network that counts as one visitor. Free of
Django."""

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Among the names of trusted networks: whoever comes by a Unix socket, which has no address.
UNIX: Final = "unix"
#: One household, one office or one server of IPv6 has a /64.
IPV6_PREFIX: Final = 64
#: An IPv6 address with a zone, brackets and port is shorter.
_LONGEST: Final = 80
#: Proxies in a row, at most.
_MOST_HOPS: Final = 16


def read_address(text: str) -> Address | None:
    """An address as headers spell it: with a port, in brackets, with a zone; one of IPv4 inside IPv6 is IPv4.
    None for anything else."""
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
    """The networks of `names`, `unix` left out. Raises ValueError for what is none, and for a network of
    everybody."""
    found = frozenset(ip_network(name, strict=False) for name in names if name != UNIX)
    if any(each.prefixlen == 0 for each in found):
        raise ValueError("a network of all addresses would believe every visitor")
    return found


def visitor(peer: Address | None, forwarded: str, trusted: Collection[Network]) -> Address | None:
    """Whose request came from `peer`, a trusted proxy, with that X-Forwarded-For: the last address in it that
    is no trusted proxy.

    A word that is no address ends the search: further nothing is known."""
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
    """What counts as one visitor: an address of IPv4, `2001:db8:1:2::/64` of IPv6; '' for None."""
    return (
        str(IPv6Network((int(address), IPV6_PREFIX), strict=False))
        if isinstance(address, IPv6Address)
        else str(address or "")
    )


def _is_port(text: str) -> bool:
    number = text.removeprefix(":")
    return text.startswith(":") and number.isascii() and number.isdigit() and len(number) <= 5
