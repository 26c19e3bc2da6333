"""The address guard (OWASP SSRF).

It decides which URLs may be requested, and which addresses a name may resolve to when the connection is
opened.
"""

import ipaddress
import queue
import socket
import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import SplitResult, urlsplit

import httpx

from egress.addresses import Address, is_public
from egress.exceptions import AddressRefused, ConnectFailed, OptedOut, TimedOut
from egress.masking import mask_text
from pipeline import patterns

#: (host, port, seconds) -> addresses as text. Raises OSError when the name does not resolve, TimedOut when it
#: takes too long.
Resolver = Callable[[str, int, float], Sequence[str]]

PORTS = frozenset({80, 443, 8080, 8443})
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 8192
_LABEL = patterns.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = patterns.compile(r"\d+|0x[0-9a-f]*")
#: Names that never lead to a public site: RFC 6761, 6762, 8375, 7686, 9476, and internal names of clouds and
#: networks.
_PRIVATE_SUFFIXES = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "lan",
    "home.arpa",
    "onion",
    "alt",
    "arpa",
)


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Addresses of `host` from the system's resolver.

    getaddrinfo has no timeout, so it runs in a thread that may outlive the call.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=look_up, name="egress-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimedOut(f"the name {host} did not resolve in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def effective_port(url: httpx.URL) -> int:
    """The TCP port of `url`, by default 80 or 443."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


class Guard:
    """Refuses everything but public addresses.

    `allow_loopback` (tests only) permits 127.0.0.0/8 and ::1, on any port. `refused` tells whether the owner of a host
    asked us to stay away.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        ports: Iterable[int] = (),
        resolver: Resolver = resolve,
        refused: Callable[[str], bool] = lambda _host: False,
    ) -> None:
        self._refused = refused
        self._allow_loopback = allow_loopback
        self._ports = PORTS | frozenset(ports)
        self._resolver = resolver

    def check_url(self, url: str) -> httpx.URL:
        """The parsed `url` without its fragment.

        Raises AddressRefused unless it is an http(s) URL of a public host. Two parsers must agree on it:
        otherwise one would check a host and the other connect to a different one (GHSA-rph4-96w6-q594). The
        name is not resolved here, see `addresses`.
        """
        try:
            split = _split(url)
            parsed = httpx.URL(url)
            self._check_parts(split, parsed)
        except AddressRefused as refused:
            refused.url = mask_text(url)
            raise
        except _RefusalError as refusal:
            raise AddressRefused(str(refusal), url=mask_text(url)) from None
        except (httpx.InvalidURL, ValueError):  # ValueError: from urllib and idna
            raise AddressRefused("not a valid URL", url=mask_text(url)) from None
        host = parsed.raw_host.decode("ascii").removesuffix(".")
        if self._refused(host):
            raise OptedOut(f"the owner of {host} asked us to fetch nothing from it", url=mask_text(url))
        path = {} if urlsplit(str(parsed)).path else {"path": "/"}
        return parsed.copy_with(fragment=None, host=host, **path)

    def addresses(self, host: str, port: int, *, seconds: float) -> list[Address]:
        """The addresses of `host` that may be connected to.

        One refused address refuses the name: AddressRefused. Raises ConnectFailed where the name does not
        resolve (never skipped, GitLab#63959) and TimedOut after `seconds`.
        """
        literal = _literal(host)
        if literal is not None:
            found: list[Address] = [literal]
        else:
            try:
                found = [ipaddress.ip_address(text) for text in self._resolver(host, port, seconds)]
            except OSError:
                raise ConnectFailed(f"the name {host} does not resolve") from None
            except ValueError:
                raise AddressRefused(f"the name {host} resolves to no valid address") from None
        if not found:
            raise ConnectFailed(f"the name {host} has no address")
        for address in found:
            self._check_address(host, address, port)
        return found

    def _check_parts(self, split: SplitResult, parsed: httpx.URL) -> None:
        host = parsed.raw_host.decode("ascii")
        port = effective_port(parsed)
        named = (split.hostname or "").lower()
        if (
            parsed.scheme != split.scheme
            or parsed.userinfo
            or (DEFAULT_PORTS[split.scheme] if split.port is None else split.port) != port
        ):
            raise _RefusalError("two readings of the URL disagree")
        if named.isascii() and named != host.lower():
            raise _RefusalError("two readings of the host disagree")
        if port not in self._ports and not self._allow_loopback:
            raise _RefusalError(f"port {port} is not allowed")
        literal = _literal(host)
        if literal is None:
            self._check_name(host.removesuffix("."))
        else:
            self._check_address(host, literal, port)

    def _check_name(self, name: str) -> None:
        labels = name.split(".")
        if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
            raise _RefusalError("not a valid host name")
        if _NUMBER.fullmatch(labels[-1]):
            raise _RefusalError("an unusual spelling of an IPv4 address")
        if self._allow_loopback and name == "localhost":
            return
        if len(labels) == 1 or any(
            name == suffix or name.endswith("." + suffix) for suffix in _PRIVATE_SUFFIXES
        ):
            raise _RefusalError(f"the name {name} is not public")

    def _check_address(self, host: str, address: Address, port: int) -> None:
        if self._allow_loopback and address.is_loopback:
            return
        if not is_public(address):
            raise AddressRefused(
                f"{host} is not a public address"
                if host == str(address)
                else f"{host} leads to {address}, which is not public"
            )
        if port not in self._ports:
            raise AddressRefused(f"port {port} is not allowed")


class _RefusalError(Exception):
    """Why `check_url` refuses, as a phrase."""


def _split(url: str) -> SplitResult:
    """The standard library's parse, after refusing every character on which parsers are known to differ."""
    if not url or len(url) > LONGEST_URL:
        raise _RefusalError("the URL is empty or too long")
    if any(character == "\\" or unicodedata.category(character)[0] in "CZ" for character in url):
        raise _RefusalError("the URL has a backslash, a space or a control character")
    split = urlsplit(url)
    if split.scheme not in DEFAULT_PORTS:
        raise _RefusalError("only http and https are allowed")
    if "@" in split.netloc:
        raise _RefusalError("a URL with a user name is not allowed")
    if "%" in split.netloc or not split.hostname:
        raise _RefusalError("not a valid host name")
    if split.netloc.endswith(":") or ("[" in split.netloc) != (":" in split.hostname):
        raise _RefusalError("not a valid host or port")
    return split


def _literal(host: str) -> Address | None:
    """The address that `host` spells in canonical form (four decimal numbers, or IPv6), else None."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
