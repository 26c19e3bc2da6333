"""How the providers do: what the door would say of each now, and what became of their mails of the last hour."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.db.models import Count

from mail import limits
from mail.enums import TAKEN, DispatchState, Health, Stream
from mail.models import Dispatch
from mail.providers import providers_of

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One provider. `rate`: mails a minute. `rests`: seconds until it gets mails again, 0 for now. The rest counts the last hour."""

    name: str
    streams: tuple[Stream, ...]
    rate: int
    rests: int
    failures: int
    taken: int
    bounced: int
    refused: int
    unknown: int

    @property
    def health(self) -> Health:
        """In one word."""
        if self.rests:
            return Health.RESTING
        if self.failures:
            return Health.FAILING
        return Health.WORKING if self.taken else Health.IDLE


def standings(*, now: datetime) -> list[Standing]:
    """Every provider of a stream, in the order of trying, by one query."""
    streams: dict[str, list[Stream]] = defaultdict(list)
    for stream in Stream:
        for provider in providers_of(stream):
            streams[provider.name].append(stream)
    counts, failures = _counts(now), limits.failures()
    return [
        Standing(
            name=name, streams=tuple(its), rate=limits.rate_of(name), rests=ceil(limits.rests(name)), failures=failures.get(name, 0),
            taken=sum(counts[name, state] for state in TAKEN), bounced=counts[name, DispatchState.BOUNCED],
            refused=counts[name, DispatchState.DEFERRED] + counts[name, DispatchState.DEAD], unknown=counts[name, DispatchState.UNKNOWN],
        )
        for name, its in streams.items()
    ]  # fmt: skip


def _counts(now: datetime) -> dict[tuple[str, str], int]:
    rows = Dispatch.objects.filter(handed_at__gt=now - HOUR).order_by().values_list("provider", "state")
    found: dict[tuple[str, str], int] = defaultdict(int)
    for provider, state, number in rows.annotate(number=Count("pk")):
        found[provider, state] = number
    return found
