"""The client of a request: which headers are trusted, and what counts as one visitor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import Client

from accounts.addresses import address_of, network_of
from accounts.checks import named_proxies
from accounts.networks import network_key, read_address, read_networks
from tests.factories import make_city

VISITOR = "198.51.100.7"
PROXY = ("HTTP_X_FORWARDED_PROTO", "https")


def seen(rf, peer: str, forwarded: str | None = None, **headers: str) -> str:
    given = {**headers, **({"X-Forwarded-For": forwarded} if forwarded is not None else {})}
    return address_of(rf.get("/", REMOTE_ADDR=peer, headers=given))


@pytest.mark.parametrize("forwarded", [VISITOR, "127.0.0.1", f"{VISITOR}, 10.0.0.9", ""])
def test_nobody_is_believed_where_no_proxy_is_named(rf, forwarded):
    assert seen(rf, "10.0.0.9", forwarded) == "10.0.0.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("10.0.0.9", VISITOR, VISITOR),
        ("10.0.0.9", f"203.0.113.99, {VISITOR}", VISITOR),  # what stands before was made up
        ("10.0.0.9", f"203.0.113.99,{VISITOR}, 10.0.0.8 ,10.0.0.7", VISITOR),  # three proxies
        ("203.0.113.5", VISITOR, "203.0.113.5"),  # not a proxy: nothing of it counts
        ("10.0.0.9", "10.0.0.8", "10.0.0.8"),  # a proxy asks for itself
        ("10.0.0.9", "", "10.0.0.9"),
        ("10.0.0.9", f"{VISITOR}, unknown", "10.0.0.9"),  # malformed: further nothing is known
        ("10.0.0.9", f"{VISITOR}, <script>, 10.0.0.8", "10.0.0.8"),
        ("10.0.0.9", f"{VISITOR},", "10.0.0.9"),
        ("::ffff:10.0.0.9", f"[2001:db8::7]:4711, {VISITOR}:80", VISITOR),
        ("fd00::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.9", "::ffff:198.51.100.7", VISITOR),
        ("10.0.0.9", ",".join([VISITOR, *["10.0.0.8"] * 2000]), "10.0.0.8"),  # no endless chain
    ],
)
def test_the_last_address_that_is_no_trusted_proxy_is_the_visitor(rf, settings, peer, forwarded, found):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]
    assert seen(rf, peer, forwarded) == found


def test_other_headers_tell_nothing(rf, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert (
        seen(rf, "10.0.0.9", Forwarded=f"for={VISITOR}", X_Real_Ip=VISITOR, Client_Ip=VISITOR) == "10.0.0.9"
    )


def test_a_proxy_on_a_unix_socket_is_named_by_that_word(rf, settings):
    assert seen(rf, "", VISITOR) == ""
    settings.TRUSTED_PROXIES = ["unix"]
    assert (seen(rf, "", VISITOR), seen(rf, "10.0.0.9", VISITOR)) == (VISITOR, "10.0.0.9")


def test_a_header_with_an_underscore_is_not_the_proxys(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    headers = [(b"x-forwarded-for", VISITOR.encode()), (b"x_forwarded_for", b"203.0.113.99")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": headers,
        "client": ("10.0.0.9", 1),
        "query_string": b"",
    }
    assert address_of(ASGIRequest(scope, None)) == VISITOR


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nobody", ""),
    ],
)
def test_the_half_of_an_ipv6_address_counts(rf, address, counted):
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network_key(read_address(address)) == counted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.3",
        "1.2.3.4:",
        "1.2.3.4:999999",
        "[::1",
        "[::1]x",
        "::1]",
        "1.2.3.4 5",
        "٣.1.1.1",
        "a" * 9000,
        "1.2.3.4\x00",
    ],
)
def test_what_is_no_address_is_none(text):
    assert read_address(text) is None


@pytest.mark.parametrize("name", ["0.0.0.0/0", "::/0", "proxy.example", "10.0.0.0/40"])
def test_a_network_that_is_none_or_everybodys_is_refused(name):
    with pytest.raises(ValueError, match=r"."):
        read_networks([name])


@pytest.mark.parametrize(
    ("proxy", "named", "said"), [(PROXY, [], ["accounts.W001"]), (PROXY, ["10.0.0.0/8"], []), (None, [], [])]
)
def test_a_proxy_without_a_name_is_warned_of(settings, proxy, named, said):
    settings.SECURE_PROXY_SSL_HEADER, settings.TRUSTED_PROXIES = proxy, named
    assert [message.id for message in named_proxies(None)] == said


@pytest.mark.parametrize(("peer", "secure"), [("10.0.0.9", True), ("203.0.113.5", False)])
def test_only_a_trusted_proxy_says_that_it_was_https(client: Client, settings, peer, secure):
    settings.SECURE_PROXY_SSL_HEADER, settings.TRUSTED_PROXIES = PROXY, ["10.0.0.0/8"]
    answer = client.get("/healthz", REMOTE_ADDR=peer, headers={"X-Forwarded-Proto": "https"})
    assert answer.wsgi_request.is_secure() is secure


def sign_ups(client: Client, number: int, **request: Callable[[int], Any]) -> list[int]:
    city = make_city()
    return [
        client.post(
            "/api/v1/subscriptions",
            {"email": f"reader{n}@example.org", "city": city.slug},
            content_type="application/json",
            **{name: value(n) for name, value in request.items()},
        ).status_code
        for n in range(number)
    ]


@pytest.mark.django_db
def test_a_whole_site_behind_a_proxy_signs_up(client: Client, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert sign_ups(client, 25, headers=lambda n: {"X-Forwarded-For": f"198.51.100.{n}"}) == [202] * 25


@pytest.mark.django_db
def test_a_network_of_ipv6_signs_up_as_one(client: Client):
    assert sign_ups(client, 25, REMOTE_ADDR=lambda n: f"2001:db8:1:2::{n:x}") == [202] * 20 + [429] * 5
