"""Errors of requests. `permanent` means that the same request cannot succeed later."""

from pipeline.contract.http_errors import EgressError


class AddressRefused(EgressError):
    """The URL, its scheme, its port or an address that it resolves to is not public."""

    code = "address refused"
    permanent = True


class OptedOut(AddressRefused):
    """The owner of the domain asked us to fetch nothing from it (docs/opt-out.md)."""

    code = "opted out"


class TooLarge(EgressError):
    """The answer, received or decoded, exceeds the source's limit."""

    code = "too large"
    permanent = True


class TooManyRedirects(EgressError):
    code = "too many redirects"
    permanent = True


class RobotsRefused(EgressError):
    """The site's robots.txt forbids the path to our user agent (RFC 9309)."""

    code = "robots refused"
    permanent = True


class TimedOut(EgressError):
    code = "timed out"


class ConnectFailed(EgressError):
    """No connection: an error of name resolution, TCP or TLS."""

    code = "connect failed"


class BadAnswer(EgressError):
    """The bytes are no valid HTTP answer, or their content encoding is broken."""

    code = "bad answer"


class ServerFailed(EgressError):
    """5xx."""

    code = "server failed"


class QuotaSpent(EgressError):
    """The key's quota for this window is used up. The next window begins in `retry_after` seconds."""

    code = "quota spent"


class CircuitOpen(EgressError):
    """The host failed too often and gets no requests until `retry_after`."""

    code = "circuit open"


class ProxiesDown(EgressError):
    """No configured outgoing proxy works."""

    code = "proxies down"


class SiteRefused(EgressError):
    """The site refuses robots: 401, 403, or a challenge in place of the page. It is not circumvented."""

    code = "site refused"
    permanent = True


class LoginFailed(EgressError):
    """The site's form refused the source's name and password."""

    code = "login failed"
    permanent = True


class CrawlFailed(EgressError):
    """The spider or its browser failed, for a reason of our own."""

    code = "crawl failed"


class CrawlCancelled(EgressError):
    """Somebody cancelled the crawl."""

    code = "cancelled"


class MemoryExceeded(EgressError):
    """The spider and its browser exceeded their memory limit."""

    code = "too much memory"


class NoRenderer(EgressError):
    """Scripts build the page, and no available renderer can run them."""

    code = "no renderer"
    permanent = True
