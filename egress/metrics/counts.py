"""The counts of each endpoint, and their names in Valkey."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from egress.facts import ExchangeFact

#: Upper bounds of the latency histogram (seconds); a request may take 60.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BUCKET, _ANSWER, _FAILURE = "le:", "answer:", "failure:"
_SECONDS, _THROTTLED, _RECEIVED = "seconds", "throttled", "received"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The counts of one host and endpoint.

    `buckets` (not cumulative, the last one beyond all bounds), `seconds` their sum, `answers` by class (2xx,
    …) and 429, `failures` by code, `throttled` seconds of waiting for our own limits, `received` bytes.
    """

    buckets: tuple[int, ...] = (0,) * (len(BUCKETS) + 1)
    seconds: float = 0.0
    answers: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    throttled: float = 0.0
    received: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """`counts` of one `endpoint` of one `host`."""

    host: str
    endpoint: str
    counts: Counts


def increments(fact: ExchangeFact) -> dict[str, float]:
    """The increments for one request, by field of the hash."""
    found: dict[str, float] = {}
    if fact.status is not None or fact.seconds > 0:
        number = sum(fact.seconds > bound for bound in BUCKETS)
        found |= {f"{_BUCKET}{number}": 1, _SECONDS: fact.seconds}
    if fact.status is not None:
        found[f"{_ANSWER}{fact.status // 100}xx"] = 1
    if fact.status == 429:
        found[f"{_ANSWER}429"] = 1
    if fact.code and not fact.from_cache:
        found[f"{_FAILURE}{fact.code}"] = 1
    if fact.waited > 0:
        found[_THROTTLED] = fact.waited
    if fact.size > 0:
        found[_RECEIVED] = fact.size
    return found


def read(fields: Mapping[bytes, bytes]) -> Counts:
    """The counts in a hash. Unknown fields are ignored."""
    numbers = {name.decode("utf-8", "replace"): float(value) for name, value in fields.items()}
    return Counts(
        buckets=tuple(int(numbers.get(f"{_BUCKET}{number}", 0)) for number in range(len(BUCKETS) + 1)),
        seconds=numbers.get(_SECONDS, 0.0),
        answers=_below(numbers, _ANSWER),
        failures=_below(numbers, _FAILURE),
        throttled=numbers.get(_THROTTLED, 0.0),
        received=int(numbers.get(_RECEIVED, 0)),
    )


def _below(numbers: Mapping[str, float], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): int(number)
        for name, number in sorted(numbers.items())
        if name.startswith(prefix)
    }
