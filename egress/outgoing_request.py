"""One request of the HTTP client, and the effect of a redirect."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import httpx

from egress.exceptions import AddressRefused, BadAnswer
from egress.guard import DEFAULT_PORTS, Guard, effective_port
from egress.masking import has_secret, is_secret_header, mask_text
from egress.records import RequestPolicy
from pipeline.contract.http_errors import ClientRefused

#: The only headers that are sent to another origin: any other may be a credential.
PLAIN = frozenset({"accept", "accept-language", "user-agent"})
#: Headers of the connection, the framing or the HTTP client itself (RFC 9110, 7.6.1): callers' values are
#: ignored.
OWN = frozenset(
    {
        "host",
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
    | {
        "expect",
        "content-length",
        "accept-encoding",
        "range",
        "if-none-match",
        "if-modified-since",
        "if-range",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits of an answer.

    `truncate` reads up to `max_received` and ignores the rest, where the beginning is enough. `only_status`: the policy's.
    """

    max_received: int
    max_decoded: int
    max_redirects: int
    robots: bool
    paced: bool = True
    truncate: bool = False
    only_status: bool = False

    @classmethod
    def of(cls, policy: RequestPolicy) -> "Limits":
        """The limits in a source's policy."""
        return cls(
            max_received=policy.max_received,
            max_decoded=policy.max_decoded,
            max_redirects=policy.max_redirects,
            robots=policy.obey_robots,
            truncate=policy.only_status,
            only_status=policy.only_status,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingRequest:
    """A request. `url` was checked by the guard; header names are lower-case."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    limits: Limits
    content: bytes = b""
    conditional: bool = False

    @property
    def shown(self) -> str:
        """The masked URL for people and logs."""
        return mask_text(str(self.url))

    @property
    def site(self) -> str:
        """The host for connections, pauses and breakers: the name, and an unusual port."""
        return self.url.netloc.decode("ascii")


def merged(*layers: Mapping[str, str]) -> dict[str, str]:
    """Headers of all layers under lower-case names, later ones over earlier ones, without the client's own."""
    return {
        name.lower(): value for layer in layers for name, value in layer.items() if name.lower() not in OWN
    }


def redirected(ask: OutgoingRequest, *, status: int, location: str, guard: Guard) -> OutgoingRequest:
    """The next request of a redirect (RFC 9110, 15.4).

    Credentials stay with their origin and never go from https to http. Raises AddressRefused where the guard
    or that rule refuses, ClientRefused where a body would go to another origin.
    """
    url = guard.check_url(_joined(ask, location))
    same = _same_origin(ask.url, url)
    headers = (
        dict(ask.headers) if same else {name: value for name, value in ask.headers.items() if name in PLAIN}
    )
    downgraded = ask.url.scheme == "https" and url.scheme == "http"
    if downgraded and (has_secret(str(url)) or any(is_secret_header(name) for name in ask.headers)):
        raise AddressRefused("a redirect from https to http, with credentials", url=ask.shown)
    if ask.method == "GET" or status in (307, 308):
        if ask.content and not same:
            raise ClientRefused(
                f"the site redirects what was sent to another origin ({status})", url=ask.shown, status=status
            )
        return replace(ask, url=url, headers=headers)
    headers.pop("content-type", None)
    return replace(ask, method="GET", url=url, headers=headers, content=b"")


def _joined(ask: OutgoingRequest, location: str) -> str:
    """The full target.

    Spaces in a path are common and harmless once encoded; the guard refuses other oddities.
    """
    text = location.strip(" ").replace(" ", "%20")
    if any(ord(character) < 0x20 for character in text):  # urljoin would silently drop them
        raise AddressRefused("a redirect with control characters", url=ask.shown)
    try:
        return urljoin(str(ask.url), text)
    except ValueError:
        raise BadAnswer("a redirect that is not a valid URL", url=ask.shown) from None


def _same_origin(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether scheme, host and port are equal, or http on port 80 became https on port 443 of the same host."""
    if old.host != new.host:
        return False
    before, after = (old.scheme, effective_port(old)), (new.scheme, effective_port(new))
    return before == after or (before, after) == tuple(DEFAULT_PORTS.items())
