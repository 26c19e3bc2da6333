"""Why a request failed. `permanent` says whether another try can help."""

from pipeline.contract.http_errors import EgressError


class AddressRefused(EgressError):
    """The URL, its scheme, its port or an address that it resolves to is not public."""

    code = "address refused"
    permanent = True


class TooLarge(EgressError):
    """The answer, as received or as decoded, is larger than the source may send."""

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
    """No connection: name resolution, TCP or TLS."""

    code = "connect failed"


class BadAnswer(EgressError):
    """The bytes are no valid HTTP answer, or their content encoding is broken."""

    code = "bad answer"


class ServerFailed(EgressError):
    """5xx."""

    code = "server failed"


class QuotaSpent(EgressError):
    """The key has used all that its platform grants it in this window; `retry_after` seconds later the next
    one begins."""

    code = "quota spent"


class CircuitOpen(EgressError):
    """The host failed so often that it is left alone until `retry_after`."""

    code = "circuit open"


class ProxiesDown(EgressError):
    """None of the configured outgoing proxies works."""

    code = "proxies down"


class SiteRefused(EgressError):
    """The site wants no robots: 401, 403, or a challenge in place of the page. Nothing is tried to get around
    it."""

    code = "site refused"
    permanent = True


class LoginFailed(EgressError):
    """The site's form did not let us in with the source's name and password."""

    code = "login failed"
    permanent = True


class CrawlFailed(EgressError):
    """The spider or its browser broke off, for a reason that is not the site's."""

    code = "crawl failed"


class CrawlCancelled(EgressError):
    """Somebody stopped the crawl."""

    code = "cancelled"


class MemoryExceeded(EgressError):
    """The spider and its browser took more memory than they may."""

    code = "too much memory"


class NoRenderer(EgressError):
    """The page is built by scripts, and nothing here can run them."""

    code = "no renderer"
    permanent = True
