"""No private address passes the guard, however it is written."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress.addresses import REFUSED_V4, is_public
from egress.exceptions import AddressRefused
from egress.guard import Guard

GUARD = Guard(resolver=lambda host, port, seconds: ["127.0.0.1"])


def _inside(network: IPv4Network) -> st.SearchStrategy[IPv4Address]:
    return st.integers(int(network[0]), int(network[-1])).map(IPv4Address)


private_v4 = st.sampled_from(REFUSED_V4).flatmap(_inside)


def spellings(address: IPv4Address) -> list[str]:
    """All notations in which some resolver, browser or library writes, or hides, an IPv4 address."""
    number, octets = int(address), address.packed
    hexed = f"{number:08x}"
    groups = f"{hexed[:4]}:{hexed[4:]}"
    return [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0{octet:o}" for octet in octets),
        ".".join(hex(octet) for octet in octets),
        ".".join(f"{octet:03d}" for octet in octets),
        f"{octets[0]}.{number & 0xFFFFFF}",
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        f"{address}.",
        str(address).replace(".", "。"),
        str(address).replace(".", "%2e"),
        "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in str(address)),
        f"[::ffff:{address}]",
        f"[::ffff:{groups}]",
        f"[::{address}]",
        f"[64:ff9b::{address}]",
        f"[64:ff9b:1::{groups}]",
        f"[2002:{groups}::1]",
        f"[2001:0:{groups}::1]",
        f"[2a00:1450::5efe:{groups}]",
        f"[2a00:1450::200:5efe:{groups}]",
        f"[fe80::{groups}%25eth0]",
    ]


@given(private_v4, st.sampled_from(["http", "https", "HTTP"]), st.sampled_from(["", ":80", ":443", ":8080"]))
def test_no_spelling_of_a_private_address_passes(address: IPv4Address, scheme: str, port: str) -> None:
    for host in spellings(address):
        with pytest.raises(AddressRefused):
            GUARD.check_url(f"{scheme}://{host}{port}/feed.ics")


@given(private_v4)
def test_no_name_leads_to_a_private_address(address: IPv4Address) -> None:
    mapped = f"::ffff:{address}"
    for answer in ([str(address)], ["93.184.215.14", str(address)], [mapped], ["2a00:1450:4001::1", mapped]):
        with pytest.raises(AddressRefused):
            Guard(resolver=lambda *_, answer=answer: answer).addresses("feed.example.org", 443, seconds=1)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_ipv6_outside_of_global_unicast_is_never_public(address: IPv6Address) -> None:
    assert not is_public(address) or int(address) >> 125 == 1


@pytest.mark.parametrize(
    "text",
    [
        "::",
        "::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "5f00::1",
        "2001:db8::1",
        "2001:2::1",
        "3fff::1",
    ]
    + [
        "0.0.0.0",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.19.255.255",
        "224.0.0.1",
    ]
    + ["255.255.255.255", "fe80::1%eth0"],
)
def test_special_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "93.184.215.14",
        "100.128.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "2606:4700::1111",
        "2a00:1450:4001:81b::200e",
    ],
)
def test_ordinary_addresses_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(
    st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(2**125, 2**126 - 1).map(IPv6Address))
)
def test_whatever_passes_is_global_for_the_standard_library_too(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address) or (address.is_global and not address.is_multicast)
