"""What people looked for in the last week and did not find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Sum

from accounts.rights import Actor, may
from events.models import AskedQuery
from operations.dashboard.addresses import address_of
from places.queries.reach import narrowed

SHOWN: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The texts that most often had no good answer, with city and count, and the list of all."""

    rows: Sequence[Mapping[str, Any]]
    link: str


def asked(by: Actor) -> Asked | None:
    """What the actor may see, in their cities (one query)."""
    if not may(by, "events.view_askedquery"):
        return None
    missed = narrowed(AskedQuery.objects.filter(unanswered__gt=0), by, "city").order_by()
    sums = missed.values("text", "city__name").annotate(count=Sum("unanswered")).order_by("-count", "text")
    return Asked(rows=list(sums[:SHOWN]), link=address_of("events_askedquery", unanswered__gt=0))
