"""A platform's statement about the rest of a quota, in its header fields.

- `RateLimit` and `RateLimit-Policy`, structured fields of draft-ietf-httpapi-ratelimit-headers since -08:
  `"hour";r=12;t=900`, `"hour";q=100;w=3600`
- `RateLimit-Limit`, `-Remaining`, `-Reset` of its earlier drafts, and `X-RateLimit-…`, `X-Rate-Limit-…`
  (GitHub and most others)
- `X-Rate-Limit: token:abc 7/1000 reset=3412s` (Eventbrite's form from memory, not verified against its
  present documentation), used and granted
- `X-App-Usage: {"call_count": 28}` (Meta), percent of the grant for an hour:
  https://developers.facebook.com/docs/graph-api/overview/rate-limiting/
- `Rate-Limit`, `Rate-Limit-Available` (Ticketmaster); `RateLimit-DailyLimit`, `RateLimit-Remaining` (Yelp)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline import patterns
from pipeline.contract.http import Quota

#: A reset beyond so many seconds is a moment (Unix time, perhaps in milliseconds), not a wait.
LONGEST_RESET = 40 * 86_400
_ITEM = patterns.compile(
    r'(?P<name>"[^"]{0,80}"|[A-Za-z*][\w:./*-]{0,80})(?P<parameters>(?:\s*;\s*[a-z*][\w.*-]*(?:=(?:"[^"]*"|:[^:]*:|[^\s;,"]+))?)*)'
)
_PARAMETER = patterns.compile(r";\s*([a-z]+)=(\d{1,12})(?![\w.])")
_USED = patterns.compile(r"(\d{1,12})/(\d{1,12})(?:\s+reset=(\d{1,12})s?)?")
_PERCENT = patterns.compile(r'"(call_count|total_time|total_cputime)"\s*:\s*(\d{1,6})(?![\w.])')
_NUMBER = patterns.compile(r"\s*+(\d{1,15})(?:\.\d++)?\s*+(?:[,;]|$)")
_LIMITS = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit", "rate-limit", "ratelimit-dailylimit")
_REMAINING = (
    "ratelimit-remaining",
    "x-ratelimit-remaining",
    "x-rate-limit-remaining",
    "rate-limit-available",
)
_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset", "rate-limit-reset")


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """`remaining` requests of `limit` in a window of `window` seconds that ends in `reset` seconds.

    None where unknown. With `percent` the platform gives no number, and `remaining` is of a hundred.
    """

    remaining: int
    limit: int | None = None
    window: int | None = None
    reset: int | None = None
    percent: bool = False

    def of(self, quota: Quota) -> int:
        """How many requests of `quota` this leaves."""
        return quota.requests * self.remaining // 100 if self.percent else self.remaining


def allowances(headers: Mapping[str, str]) -> list[Allowance]:
    """All allowances in `headers` (lower-case names), without unreadable ones."""
    return [
        *_structured(headers),
        *_counted(headers.get("x-rate-limit", "")),
        *_used_up(headers.get("x-app-usage", "")),
        *_separate(headers),
    ]


def matched(quotas: Sequence[Quota], said: Sequence[Allowance]) -> list[tuple[Quota, int]]:
    """The quota that each allowance refers to, and how many requests it leaves.

    A platform may have limits that we do not know (so many a second). So an allowance counts only for a quota
    with its window, whose limit is equal, or at most half or twice as large (another plan): the one with the
    same limit, then the one with the shortest window. Otherwise it is ignored.
    """
    found = []
    for each in said:
        matching = [quota for quota in quotas if _fits(quota, each)]
        if matching:
            quota = min(matching, key=lambda one: (one.requests != each.limit, one.seconds))
            found.append((quota, each.of(quota)))
    return found


def _fits(quota: Quota, said: Allowance) -> bool:
    if said.window is not None and said.window != round(quota.seconds):
        return False
    if said.reset is not None and said.reset > quota.seconds:
        return False
    return said.limit is None or quota.requests <= 2 * said.limit <= 4 * quota.requests


def _structured(headers: Mapping[str, str]) -> list[Allowance]:
    policies = dict(_items(headers.get("ratelimit-policy", "")))
    found = []
    for name, numbers in _items(headers.get("ratelimit", "")):
        policy = policies.get(name, {})
        if "r" in numbers:
            found.append(
                Allowance(
                    remaining=numbers["r"],
                    reset=numbers.get("t"),
                    limit=policy.get("q"),
                    window=policy.get("w"),
                )
            )
    return found


def _items(value: str) -> list[tuple[str, dict[str, int]]]:
    """Members of a structured list (RFC 9651, 3.1): name and integer parameters."""
    return [
        (
            found["name"].strip('"'),
            {name: int(number) for name, number in _PARAMETER.findall(found["parameters"])},
        )
        for found in _ITEM.finditer(value[:2000])
    ]


def _counted(value: str) -> list[Allowance]:
    return [
        Allowance(
            remaining=max(0, int(limit) - int(used)), limit=int(limit), reset=int(reset) if reset else None
        )
        for used, limit, reset in _USED.findall(value[:2000])
    ]


def _used_up(value: str) -> list[Allowance]:
    """Meta counts calls, CPU time and time, each in percent of an hour's grant; the highest counts."""
    percents = [int(percent) for _, percent in _PERCENT.findall(value[:2000])]
    return [Allowance(remaining=max(0, 100 - max(percents)), window=3600, percent=True)] if percents else []


def _separate(headers: Mapping[str, str]) -> list[Allowance]:
    remaining = _number(headers, _REMAINING)
    if remaining is None:
        return []
    reset = _number(headers, _RESETS)
    return [
        Allowance(
            remaining=remaining,
            limit=_number(headers, _LIMITS),
            reset=reset if reset is not None and reset <= LONGEST_RESET else None,
        )
    ]


def _number(headers: Mapping[str, str], names: Sequence[str]) -> int | None:
    """The first of `names` that exists, as a number without its fraction.

    Text after a comma or semicolon (`100, 100;w=60`) is ignored.
    """
    for name in names:
        found = _NUMBER.match(headers.get(name, ""))
        if found:
            return int(found[1])
    return None
