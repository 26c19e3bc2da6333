"""How long an answer may be cached: Retry-After, Cache-Control, Expires, and a feed's own ttl."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline import patterns

#: Longer hints are shortened to this.
LONGEST = timedelta(days=1)
_SECONDS = patterns.compile(r"[0-9]+")
_DIRECTIVE = patterns.compile(r'([!#$%&\'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?')


def next_check(headers: Mapping[str, str], now: datetime, *, ttl: float | None = None) -> timedelta | None:
    """How long the answer with `headers` (lower-case names) may be cached, 0 to a day; None without a hint.

    The longest of its hints counts. `now` is aware and the time of the answer; `ttl` is in minutes, as in
    RSS. Unreadable hints are ignored.
    """
    waits = [wait_named(headers.get("retry-after", ""), now=now), _freshness(headers, now), _minutes(ttl)]
    known = [seconds for seconds in waits if seconds is not None]
    return (
        min(timedelta(seconds=max(0.0, min(max(known), LONGEST.total_seconds()))), LONGEST) if known else None
    )


def http_date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110, 5.6.7), in UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def delta_seconds(text: str) -> float | None:
    """A delta-seconds value (RFC 9111, 1.2.2): a whole number, however large; None for anything else."""
    return float(text[:12]) if _SECONDS.fullmatch(text) else None


def wait_named(text: str, *, now: datetime) -> float | None:
    """The seconds from `now` to a Retry-After (RFC 9110, 10.2.3: seconds or a date), negative for the past.

    None for anything else.
    """
    seconds, moment = delta_seconds(text.strip()), http_date(text)
    if seconds is not None:
        return seconds
    return None if moment is None else (moment - now).total_seconds()


def _freshness(headers: Mapping[str, str], now: datetime) -> float | None:
    """The remaining freshness lifetime (RFC 9111, 4.2): max-age, else Expires less Date; less Age.

    Of max-age and s-maxage the shorter counts: a site that lets its own cache keep a page for long also
    purges it there, which we would not notice. no-store and no-cache contain no time, and Cache-Control takes
    precedence over Expires.
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return None
    lifetimes = [
        delta_seconds(directives[name]) or 0.0 for name in ("max-age", "s-maxage") if name in directives
    ]
    if lifetimes:
        lifetime = min(lifetimes)
    elif "expires" in headers:
        expires = http_date(headers["expires"])
        # an invalid date, often 0, means already expired (RFC 9111, 5.3)
        lifetime = (
            0.0
            if expires is None
            else (expires - (http_date(headers.get("date", "")) or now)).total_seconds()
        )
    else:
        return None
    return max(0.0, lifetime - (delta_seconds(headers.get("age", "").strip()) or 0.0))


def _directives(value: str) -> dict[str, str]:
    """Cache-Control's directives by lower-case name; of a repeated one the first counts (RFC 9111, 4.2.1)."""
    found: dict[str, str] = {}
    for name, quoted, token in _DIRECTIVE.findall(value[:2000]):
        found.setdefault(name.lower(), quoted or token)
    return found


def _minutes(ttl: float | None) -> float | None:
    return ttl * 60.0 if ttl is not None and math.isfinite(ttl) and ttl >= 0 else None
