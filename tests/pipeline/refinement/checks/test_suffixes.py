"""Owners of hosts are those of the package whose list is read."""

import random

import pytest
from tldextract import TLDExtract

from pipeline.refinement.checks.suffixes import _list, owned


@pytest.fixture(scope="module")
def reference() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def hosts_of_the_list() -> set[str]:
    found = set()
    for ending in _list().endings:
        plain = ending.replace("!", "").replace("*", "ex")
        found |= {plain, f"a.{plain}", f"b.a.{plain}", f"www.{plain.partition('.')[2]}"}
    return found


def strange_hosts() -> set[str]:
    chance = random.Random(1)
    letters = "ab.xn-:@[]\u3002\uff0e* !com"
    made = {"".join(chance.choice(letters) for _ in range(chance.randrange(14))) for _ in range(3000)}
    known = (
        "localhost", "203.0.113.7", "[::1]", "a..com", ".com", "com", "xn--", "a.xn--p1ai", "a.b.xn--fiqs8s", "x.xn--90a3ac", "a.xn--a", "me@x.co.uk:80",
    )  # fmt: skip
    return {host.lower().rstrip(".") for host in (*made, *known)}


@pytest.mark.parametrize("hosts", [hosts_of_the_list, strange_hosts])
def test_owners_are_those_of_the_package(hosts, reference: TLDExtract):
    assert [
        (host, found, owned(host))
        for host in hosts()
        if (found := reference.extract_str(host).top_domain_under_public_suffix) != owned(host)
    ] == []
