"""Which URLs the guard accepts, and how it treats names."""

import socket
import threading
from urllib.parse import urlsplit

import pytest

from egress.exceptions import AddressRefused, ConnectFailed, TimedOut
from egress.guard import Guard, resolve
from egress.masking import mask_text
from pipeline.contract.http_errors import EgressError

PUBLIC = "93.184.215.14"


def guard(*answers: str, **given: object) -> Guard:
    return Guard(resolver=lambda host, port, seconds: list(answers), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://example.org/a.ics#top", "https://example.org/a.ics"),
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("http://example.org:8080/?a=b&c=%20d", "http://example.org:8080/?a=b&c=%20d"),
        ("https://example.org./x", "https://example.org/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://a_b.example.org/", "https://a_b.example.org/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        (f"http://{PUBLIC}/", f"http://{PUBLIC}/"),
    ],
)
def test_ordinary_urls_pass(url: str, wanted: str) -> None:
    assert str(guard().check_url(url)) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.ics",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "data:,x",
    ]
    + [
        "http://127.0.0.1\\@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1\\.example.org/",
        "http:\\\\example.org/",
    ]
    + [
        "http://user@example.org/",
        "http://user:pw@example.org/",
        "http://example.org@127.0.0.1/",
        "http://@example.org/",
        "http://a@b@c.org/",
    ]
    + [
        "http://exa mple.org/",
        "http://example.org/a b",
        "http://example.org/\r\nHost: x",
        "http://example.org/\x00",
        " http://example.org/",
    ]
    + [
        "http://example\u2028.org/",
        "http://example.org/\u202e",
        "http://\uff0fexample.org/",
        "http://ℂ.example℀.org/",
        "http://%6c.example.org/",
    ]
    + [
        "http://",
        "http:///path",
        "http://:80/",
        "http://example.org:",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
    ]
    + [
        "http://example.org:22/",
        "http://example.org:6379/",
        "https://example.org:8000/",
        "http://example..org/",
        "http://-a.example.org/",
    ]
    + [
        "http://localhost/",
        "http://LOCALHOST./",
        "http://app.localhost/",
        "http://redis/",
        "http://metadata.google.internal/",
        "http://nas.local/",
    ]
    + [
        "http://[::1]/",
        "http://[::]/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[1.1.1.1]/",
        "http://[::1/",
        "http://::1/",
    ]
    + [
        "http://[v1.fe80::a]/",
        "http://example.org[::1]/",
        f"http://example.org/{'a' * 9000}",
        f"http://{'a.' * 140}org/",
        "http://127.1/",
        "http://0/",
    ],
)
def test_odd_urls_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        guard().check_url(url)
    assert refused.value.permanent
    assert refused.value.url == mask_text(url)


def test_a_setting_adds_ports_for_public_hosts() -> None:
    assert guard(ports=[8000]).check_url("https://example.org:8000/").port == 8000


def test_loopback_passes_only_where_it_is_allowed_and_on_any_port() -> None:
    test = guard("127.0.0.1", allow_loopback=True)
    assert str(test.check_url("http://127.0.0.1:45678/x")) == "http://127.0.0.1:45678/x"
    assert test.check_url("http://localhost:45678/").host == "localhost"
    assert [str(address) for address in test.addresses("feed.test", 45678, seconds=1)] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://1.1.1.1:22/",
    ],
)
def test_allowing_loopback_allows_nothing_else(url: str) -> None:
    with pytest.raises(AddressRefused):
        guard(allow_loopback=True).check_url(url)


def test_an_unusual_port_of_a_public_name_is_refused_when_connecting_even_with_loopback_allowed() -> None:
    test = guard(PUBLIC, allow_loopback=True)
    test.check_url("http://example.org:22/")
    with pytest.raises(AddressRefused, match="port 22"):
        test.addresses("example.org", 22, seconds=1)


def test_public_addresses_are_given_in_the_resolvers_order() -> None:
    assert [str(a) for a in guard("2606:4700::1111", PUBLIC).addresses("example.org", 443, seconds=1)] == [
        "2606:4700::1111",
        PUBLIC,
    ]


def failing(error: Exception) -> Guard:
    def resolver(host: str, port: int, seconds: float) -> list[str]:
        raise error

    return Guard(resolver=resolver)


@pytest.mark.parametrize(
    ("test", "error"),
    [
        (failing(socket.gaierror("no such name")), ConnectFailed),
        (failing(TimedOut("slow")), TimedOut),
        (guard(), ConnectFailed),
        (guard("not an address"), AddressRefused),
        (guard(PUBLIC, "10.1.2.3"), AddressRefused),
    ],
)
def test_a_name_that_does_not_lead_plainly_to_public_addresses_is_refused(
    test: Guard, error: type[EgressError]
) -> None:
    with pytest.raises(error):
        test.addresses("example.org", 443, seconds=1)


def test_a_refusal_does_not_show_secrets() -> None:
    with pytest.raises(AddressRefused) as refused:
        guard().check_url("http://joe:hunter2@10.0.0.1/?token=abc123")
    assert "hunter2" not in refused.value.url + str(refused.value)
    assert "abc123" not in refused.value.url + str(refused.value)


def test_the_systems_resolver_answers_with_text() -> None:
    assert resolve("127.0.0.1", 80, 5) == ["127.0.0.1"]


def test_the_systems_resolver_reports_an_impossible_name_as_not_resolving() -> None:
    with pytest.raises(OSError, match="."):
        resolve("a" * 70 + ".example", 80, 5)


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(30) and [])
    with pytest.raises(TimedOut):
        resolve("example.org", 80, 0)
    done.set()


@pytest.mark.parametrize("other", ["http://example.com/", "https://example.org/", "http://example.org:8080/"])
def test_a_url_that_two_parsers_read_differently_is_refused(
    monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.setattr("egress.guard.urlsplit", lambda url: urlsplit(other))
    with pytest.raises(AddressRefused, match="disagree"):
        guard().check_url("http://example.org/")
