"""Counters of the pipeline in Valkey, for all workers together; Prometheus reads them (decisions/0018)."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import redis
import structlog

from egress.factory import open_valkey
from egress.limits.valkey import PREFIX

log = structlog.get_logger(__name__)

#: The hash has at most so many fields; beyond that, new names are not counted.
MOST_FIELDS: Final = 20_000
_SEPARATOR: Final = "|"
#: Upper bounds of the seconds that a run spends in one step; the last bucket is above them.
STAGE_BUCKETS: Final = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0)

#: KEYS[1] the hash; ARGV: the most fields, then field and increment in turn.
_ADD: Final = """
local room = tonumber(ARGV[1]) - redis.call('HLEN', KEYS[1])
for i = 2, #ARGV, 2 do
  local known = redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1
  if known or room > 0 then
    redis.call('HINCRBYFLOAT', KEYS[1], ARGV[i], ARGV[i + 1])
    if not known then room = room - 1 end
  end
end
return 1
"""


@dataclass(frozen=True, slots=True)
class PipelineTotals:
    """Totals since Valkey was last empty.

    Events discovered by (source, category), joined to an existing one by source, drops by reason (of a step
    or reader), and for each step the records taken, its seconds,
    and how many runs spent so many seconds in it.
    """

    discovered: Mapping[tuple[str, str], float] = field(default_factory=dict)
    merged: Mapping[str, float] = field(default_factory=dict)
    dropped: Mapping[str, float] = field(default_factory=dict)
    taken: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    buckets: Mapping[str, list[int]] = field(default_factory=dict)


class PipelineCounts:
    """Sums the counts of runs. Without Valkey nothing is counted, and no run fails."""

    def __init__(self, client: "redis.Redis", *, prefix: str = PREFIX, most: int = MOST_FIELDS) -> None:
        self._client, self._key, self._most = client, prefix + "{metrics}:pipeline", most

    def add(
        self,
        source: str,
        *,
        discovered: Mapping[str, int],
        merged: int,
        dropped: Mapping[str, int],
        steps: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Count one run.

        `discovered` are new events by category, `dropped` those by reason, `steps` as a run's row stores
        them.
        """
        numbers: Counter[str] = Counter()
        for category, count in discovered.items():
            numbers[_name("discovered", source, category)] = count
        numbers[_name("merged", source)] = merged
        for reason, count in dropped.items():
            numbers[_name("dropped", reason)] = count
        given = [word for name, number in numbers.items() if number for word in (name, str(number))]
        for step, counts in steps.items():
            if "seconds" in counts:
                given += [
                    _name("seconds", step),
                    f"{counts['seconds']:.6f}",
                    _name("taken", step),
                    str(counts.get("taken", 0)),
                    _name("bucket", step, str(bisect_left(STAGE_BUCKETS, counts["seconds"]))),
                    "1",
                ]
        if not given:
            return
        try:
            self._client.eval(_ADD, 1, self._key, str(self._most), *given)
        except redis.RedisError as error:
            log.warning("pipeline.metrics_not_counted", reason=type(error).__name__)

    def totals(self) -> PipelineTotals:
        """All counts. Raises redis.RedisError where Valkey is unreachable."""
        fields = {tuple(_text(name).split(_SEPARATOR)): float(value) for name, value in self._hash()}
        buckets: dict[str, list[int]] = {}
        for name, value in fields.items():
            if name[0] == "bucket":
                buckets.setdefault(name[1], [0] * (len(STAGE_BUCKETS) + 1))[int(name[2])] = int(value)
        return PipelineTotals(
            buckets=buckets,
            discovered={
                (name[1], name[2]): value for name, value in fields.items() if name[0] == "discovered"
            },
            **{
                kind: {name[1]: value for name, value in fields.items() if name[0] == kind}
                for kind in ("merged", "dropped", "taken", "seconds")
            },
        )

    def _hash(self) -> Iterable[tuple[Any, Any]]:
        return self._client.hgetall(self._key).items()


def _name(*parts: str) -> str:
    return _SEPARATOR.join(part.replace(_SEPARATOR, "/")[:120] for part in parts)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def open_counts() -> PipelineCounts:
    """The counters of this installation."""
    return PipelineCounts(open_valkey())
