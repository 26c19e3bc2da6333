"""The queue as a moderator sees it: which reviews, in which order, and what stands before and after one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final, Self
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now

from accounts.rights import Actor, person_of
from events.models import Category, Origin
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Decision, Review
from moderation.queries import reviews_for
from moderation.reason_keys import REASONS
from places.models import City
from places.queries.reach import narrowed

#: What `state` may be: one of these, or "all".
STATES: Final = (*(state.value for state in ReviewState), "all")
#: Choices of `confidence`: from, to (exclusive).
CONFIDENCE: Final[Mapping[str, tuple[float, float]]] = {
    "low": (0.0, 0.5),
    "middle": (0.5, 0.8),
    "high": (0.8, 1.01),
}
#: Choices of `age`: reviews that have waited for at least so long.
AGES: Final[Mapping[str, timedelta]] = {
    "hour": timedelta(hours=1), "day": timedelta(days=1), "3days": timedelta(days=3), "week": timedelta(days=7),
    "month": timedelta(days=30),
}  # fmt: skip
_FIXED: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {
        "event": "new event", "change": "change", "match": "duplicate?", "venue": "one venue?", "run": "quarantined run",
        "report": "reported", "spot": "spot check",
    },
    "reason": REASONS,
    "confidence": {"low": "below .5", "middle": ".5 to .8", "high": ".8 and more", "unknown": "does not say"},
    "age": {"hour": "an hour", "day": "a day", "3days": "three days", "week": "a week", "month": "a month"},
    "mine": {"1": "mine"},
}  # fmt: skip
#: So many sources are offered.
MOST_SOURCES: Final = 200
#: A longer word to search for is cut.
LONGEST: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which reviews a moderator looks at. '' is no restriction; the default is all open ones.

    `city` and `source` are slugs, `category` and `reason` keys, `mine` what the moderator holds or has decided,
    `q` a part of the title.
    """

    state: str = ReviewState.OPEN.value
    kind: str = ""
    city: str = ""
    source: str = ""
    category: str = ""
    reason: str = ""
    confidence: str = ""
    age: str = ""
    mine: str = ""
    q: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """The filter that a query string names. What is not known there, or is no value of its field, is ignored."""
        known = {field.name for field in fields(cls)}
        said = {
            name: str(query[name]).replace("\0", "")[:LONGEST].strip() for name in known if query.get(name)
        }
        return cls(**{name: value for name, value in said.items() if _ALLOWED.get(name, bool)(value)})

    def query(self, **changed: str) -> str:
        """The query string of the filter, with other values for some fields; '' for the default."""
        said = {field.name: changed.get(field.name, getattr(self, field.name)) for field in fields(self)}
        defaults = {field.name: field.default for field in fields(self)}
        more = {name: value for name, value in changed.items() if name not in said}
        return urlencode({name: v for name, v in said.items() if v != defaults[name]} | more)


#: Which values of a field count.
_ALLOWED: Final[Mapping[str, Callable[[str], bool]]] = {
    "state": STATES.__contains__,
    "kind": {kind.value for kind in ReviewKind}.__contains__,
    "reason": REASONS.__contains__,
    "confidence": {*CONFIDENCE, "unknown"}.__contains__,
    "age": AGES.__contains__,
    "mine": {"1"}.__contains__,
}


def queue(by: Actor, chosen: QueueFilter) -> QuerySet[Review]:
    """The reviews of a filter that the actor may see, in order.

    Open ones by priority, the sooner before the later; decided ones and all the newest first.
    """
    rows = reviews_for(by, narrowed_by(Review.objects.all(), by, chosen))
    return rows.order_by(*_order(chosen))


def after(by: Actor, chosen: QueueFilter, last: Review) -> QuerySet[Review]:
    """What stands after `last` in the queue of a filter; it needs only the columns by which the queue is ordered."""
    return queue(by, chosen).filter(_beyond(chosen, last, later=True))


def neighbours(by: Actor, chosen: QueueFilter, review: Review) -> tuple[Review | None, Review | None]:
    """What stands before and after a review in the queue of a filter, without evidence (two queries).

    The review may have left it: its place is where it stood.
    """
    rows = queue(by, chosen).defer("evidence")
    return (
        rows.filter(_beyond(chosen, review, later=False)).reverse().first(),
        rows.filter(_beyond(chosen, review, later=True)).first(),
    )


def window(by: Actor, chosen: QueueFilter, around: Review | None, size: int) -> list[Review]:
    """About `size` reviews of the queue, with `around` in their middle where it is there, without evidence.

    The first ones without `around`. At most three queries.
    """
    rows = queue(by, chosen).defer("evidence").select_related("city", "claimed_by")
    if around is None:
        return list(rows[:size])
    before = list(rows.filter(_beyond(chosen, around, later=False)).reverse()[: size // 2])
    after = list(rows.filter(_beyond(chosen, around, later=True) | Q(pk=around.pk))[: size - len(before)])
    return [*reversed(before), *after]


def choices_of(name: str, *, by: Actor) -> dict[str, str]:
    """What a moderator may choose for a field of the filter, with its words."""
    if name in _FIXED:
        return dict(_FIXED[name])
    if name == "category":
        return dict(Category.objects.order_by("name").values_list("slug", "name"))
    if name == "city":
        return dict(narrowed(City.objects.order_by("name"), by, "pk").values_list("slug", "name"))
    waiting = reviews_for(by, Review.objects.filter(state=ReviewState.OPEN)).exclude(source="")
    sources = waiting.order_by("source").values_list("source", flat=True).distinct()
    slugs = list(sources[:MOST_SOURCES])
    names = dict(Origin.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return dict(sorted(((slug, names.get(slug, slug)) for slug in slugs), key=lambda one: one[1].lower()))


def narrowed_by(rows: QuerySet[Review], by: Actor, chosen: QueueFilter) -> QuerySet[Review]:
    """Those of `rows` that a filter keeps."""
    exact = {
        "kind": chosen.kind,
        "city__slug": chosen.city,
        "source": chosen.source,
        "category": chosen.category,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if chosen.state != "all":
        rows = rows.filter(state=chosen.state)
    if chosen.reason:
        rows = rows.filter(reason_keys__contains=[chosen.reason])
    if chosen.confidence == "unknown":
        rows = rows.filter(confidence__isnull=True)
    elif chosen.confidence:
        least, below = CONFIDENCE[chosen.confidence]
        rows = rows.filter(confidence__gte=least, confidence__lt=below)
    if chosen.age:
        rows = rows.filter(created_at__lte=now() - AGES[chosen.age])
    if chosen.mine:
        person = person_of(by)
        decided = Exists(Decision.objects.filter(review=OuterRef("pk"), by=person))
        rows = rows.filter(Q(claimed_by=person) | decided) if person else rows.none()
    if chosen.q:
        rows = rows.filter(title__icontains=chosen.q)
    return rows


def _order(chosen: QueueFilter) -> tuple[str, ...]:
    if chosen.state == ReviewState.OPEN:
        return ("-priority", "starts_at", "id")
    return ("-id",) if chosen.state == "all" else ("-decided_at", "-id")


def _beyond(chosen: QueueFilter, review: Review, *, later: bool) -> Q:
    """What stands after the review, or before it. The first condition bounds the search in the index."""
    down, up = ("lt", "gt") if later else ("gt", "lt")
    if chosen.state == "all":
        return Q((f"pk__{down}", review.pk))
    if chosen.state != ReviewState.OPEN:
        moment = review.decided_at or now()
        return Q((f"decided_at__{down}", moment)) | Q(("decided_at", moment), (f"pk__{down}", review.pk))
    return Q((f"priority__{down}e", review.priority)) & (
        Q((f"priority__{down}", review.priority))
        | _starts(review, later=later)
        | _same_start(review) & Q((f"pk__{up}", review.pk))
    )


def _same_start(review: Review) -> Q:
    return Q(starts_at=review.starts_at) if review.starts_at else Q(starts_at__isnull=True)


def _starts(review: Review, *, later: bool) -> Q:
    """What starts later, or sooner. An unknown start comes last, as PostgreSQL sorts it."""
    if review.starts_at is None:
        return Q(pk__in=[]) if later else Q(starts_at__isnull=False)
    return (
        Q(starts_at__gt=review.starts_at) | Q(starts_at__isnull=True)
        if later
        else Q(starts_at__lt=review.starts_at)
    )
