"""The IP addresses that may be connected to: an allow-list for IPv6 and a deny-list for IPv4.

Both follow IANA's special-purpose registries.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

#: IANA IPv4 special-purpose address registry (RFC 6890), multicast and reserved space. Written out, because
#: `is_global` of the standard library has changed between patch releases of Python.
REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network, RFC 1122
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host endpoint: a public number with a private meaning
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relay anycast, deprecated
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and 255.255.255.255
    )
)
#: Global unicast as assigned today (RFC 4291). Everything else is refused: unspecified, loopback, IPv4-mapped
#: and IPv4-compatible, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), discard, SRv6, unique local, link-local,
#: site-local, multicast.
GLOBAL_V6 = IPv6Network("2000::/3")
REFUSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: hides an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
#: Interface identifiers of ISATAP (RFC 5214), which hide an IPv4 address in the last 32 bits.
ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: Address) -> bool:
    """Whether `address` is an ordinary public unicast address.

    Tunnels and translations that hide an IPv4 address are not.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in REFUSED_V4)
    if address.scope_id or address not in GLOBAL_V6 or any(address in network for network in REFUSED_V6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in ISATAP
