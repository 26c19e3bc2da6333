"""The meaning of a status and its headers: an answer, a redirect, or a typed error."""

from collections.abc import Mapping
from datetime import datetime

from egress.caching_hints import wait_named
from egress.exceptions import BadAnswer, ServerFailed, SiteRefused, TimedOut
from pipeline.contract.http_errors import ClientRefused, NotModified, RateLimited

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The longest Retry-After that is accepted, and the default for a 429 without one (seconds).
LONGEST_WAIT = 86_400.0
USUAL_WAIT = 60.0


class AskedToWait(RateLimited):
    """The site itself sent 429, or 503 with Retry-After; `RateLimited` alone is our own limit."""


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3: seconds or an HTTP date), 0 to a day.

    None if invalid.
    """
    seconds = wait_named(value, now=now)
    return None if seconds is None else min(max(0.0, seconds), LONGEST_WAIT)


def check_status(
    status: int, headers: Mapping[str, str], *, url: str, conditional: bool, now: datetime
) -> None:
    """Return for a 2xx or a redirect, raise for everything else.

    `url` is masked already; `conditional`: a 304 is a valid answer.
    """
    if (200 <= status < 300 and status != 206) or (status in REDIRECTS and headers.get("location")):
        return
    wait = retry_after(headers.get("retry-after", ""), now=now)
    if status == 304 and conditional:
        raise NotModified("nothing has changed", url=url, status=status)
    if status == 429 or (status == 503 and wait is not None):
        wait = USUAL_WAIT if wait is None else wait
        raise AskedToWait(f"the site asks us to wait ({status})", url=url, retry_after=wait, status=status)
    if status >= 500:
        raise ServerFailed(f"the site failed with {status}", url=url, retry_after=wait, status=status)
    if status == 408:
        raise TimedOut(
            "the site waited too long for our request (408)", url=url, retry_after=wait, status=status
        )
    if headers.get("cf-mitigated", "").lower() == "challenge":
        raise SiteRefused("the site asks whether we are a person, and is left alone", url=url, status=status)
    if status >= 400:
        raise ClientRefused(f"the site refused with {status}", url=url, retry_after=wait, status=status)
    raise BadAnswer(f"an answer that was not asked for ({status})", url=url, status=status)
