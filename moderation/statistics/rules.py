"""How much each rule held back or let through, and how often a person agreed (five queries, whatever the rows)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, IntegerField, Q, QuerySet, Sum

from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision, Review
from moderation.rules import RULES

#: What the page counts, and what it compares agreement with.
PERIOD: Final = timedelta(days=30)
BEFORE: Final = timedelta(days=180)
_HELD: Final = (ReviewKind.EVENT, ReviewKind.CHANGE)
_AGAINST: Final = (Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG, Verdict.DECLINE_CHANGE, Verdict.MERGE)
_FOR: Final = (Verdict.APPROVE, Verdict.ACCEPT_CHANGE)


@dataclass(kw_only=True, slots=True)
class Agreement:
    """Of `judged` cases in how many a person agreed with the rule."""

    agreed: int = 0
    judged: int = 0

    @property
    def words(self) -> str:
        """`18 of 20`, `none judged`."""
        return f"{self.agreed} of {self.judged}" if self.judged else "none judged"


@dataclass(kw_only=True, slots=True)
class RuleCount:
    """What one rule did in 30 days, and the agreement in them and in the months before."""

    acted: int = 0
    recent: Agreement = field(default_factory=Agreement)
    before: Agreement = field(default_factory=Agreement)


@dataclass(kw_only=True, slots=True)
class Statistics:
    """The counts by rule, and by source of what was looked at after it was published by itself."""

    rules: Mapping[str, RuleCount]
    sources: Mapping[str, RuleCount]


def statistics(*, now: datetime) -> Statistics:
    """The counts of the 30 days until `now`.

    A person agrees with a rule that held something back by rejecting or correcting it, and with one that let it
    through by leaving it as it is when looking afterwards. Verdicts that were undone do not count.
    """
    since = now - PERIOD
    rules = {code: RuleCount() for code in RULES}
    sources: dict[str, RuleCount] = defaultdict(RuleCount)
    for code, count in _acted(since).items():
        if code in rules:
            rules[code].acted = count
    for row in _judged(now - BEFORE, since):
        is_spot = row["review__kind"] == ReviewKind.SPOT
        right = _is_right(row["verdict"], edited=row["edited"])
        if right is None:
            continue
        counts = [rules[code] for code in row["review__rules"] if code in rules]
        counts += [sources[row["review__source"]]] if is_spot and row["review__source"] else []
        for one in counts:
            side = one.recent if row["recent"] else one.before
            side.judged += row["n"]
            side.agreed += row["n"] * (right is is_spot)
    for name, count in _looked_at(since):
        sources[name].acted = count
    return Statistics(rules=rules, sources=dict(sorted(sources.items())))


def _acted(since: datetime) -> Counter[str]:
    """How many reviews each rule asked for, and how many events it let through."""
    found: Counter[str] = Counter()
    held = Review.objects.filter(created_at__gte=since).exclude(kind=ReviewKind.SPOT)
    _add(found, held.order_by().values_list("rules").annotate(Count("pk")))
    let_through = Decision.objects.filter(at__gte=since, automatic=True)
    events = Func("events", function="cardinality", output_field=IntegerField())
    _add(found, let_through.order_by().values_list("rules").annotate(through=Sum(events)))
    return found


def _add(found: Counter[str], rows: Iterable[tuple[list[str], int]]) -> None:
    for rules, count in rows:
        for code in rules:
            found[code] += count


def _judged(start: datetime, since: datetime) -> QuerySet[Decision, dict[str, Any]]:
    """Verdicts of people on what rules held back or let through, counted alike ones together."""
    edited = ExpressionWrapper(Q(undo__has_key="edit"), output_field=BooleanField())
    recent = ExpressionWrapper(Q(at__gte=since), output_field=BooleanField())
    people = Decision.objects.filter(at__gte=start, automatic=False, undone__isnull=True)
    asked = people.filter(review__kind__in=[*_HELD, ReviewKind.SPOT]).order_by()
    names = ("review__kind", "review__rules", "review__source", "verdict", "edited", "recent")
    return asked.annotate(edited=edited, recent=recent).values(*names).annotate(n=Count("pk"))


def _is_right(verdict: str, *, edited: bool) -> bool | None:
    """Whether the verdict says that all was right as it came; None where it says nothing of that."""
    if verdict in _AGAINST or (edited and verdict in (*_FOR, Verdict.EDIT)):
        return False
    return True if verdict in _FOR else None


def _looked_at(since: datetime) -> Iterable[tuple[str, int]]:
    """How many events of each source were chosen to be looked at."""
    filed = Review.objects.filter(created_at__gte=since, kind=ReviewKind.SPOT).exclude(source="")
    rows = filed.order_by().values(name=F("source")).annotate(n=Count("pk"))
    return [(row["name"], row["n"]) for row in rows]
