"""Groups of open reviews that one answer may fit: occurrences of a series, and one venue or source with one reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db.models import CharField, Count, Min, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from redis.exceptions import RedisError

from accounts.rights import Actor
from moderation.desk.queue import QueueFilter, queue
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from moderation.reason_keys import REASONS
from places.queries.reach import cities_of

log = structlog.get_logger(__name__)
#: So many groups are found, the largest first.
MOST: Final = 50
#: Fewer reviews are no group.
LEAST: Final = 3
#: Seconds for which the groups are kept: their numbers may be so old.
KEPT: Final = 30
#: What has a group, in the order in which one of two that hold the same reviews is shown.
_OF: Final = ("series", "place", "source")
#: What is asked of many at once, with its words. Runs and appeals are judged one by one.
_NOUNS: Final[Mapping[str, str]] = {
    ReviewKind.EVENT: "events",
    ReviewKind.CHANGE: "changes",
    ReviewKind.MATCH: "pairs",
    ReviewKind.REPORT: "reported events",
    ReviewKind.SPOT: "spot checks",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Open reviews of one kind, with the same reasons, that share a series, a venue or a source.

    `key` is the id of the series or venue, or the slug of the source.
    """

    of: str
    key: str
    kind: str
    reasons: tuple[str, ...]
    size: int
    name: str = ""

    @property
    def words(self) -> str:
        """What the group is: "Weekly jazz: 52 occurrences, same question"."""
        noun = "occurrences" if self.of == "series" else _NOUNS[self.kind]
        return f"{self.name}: {self.size} {noun}, same question"

    @property
    def why(self) -> str:
        """The reasons of each of its reviews."""
        return "; ".join(REASONS.get(key, key) for key in self.reasons)

    def query(self, chosen: QueueFilter) -> str:
        """The query string that names the group within a filter; `group_in` reads it."""
        return chosen.query(of=self.of, key=self.key, asks=self.kind, why=",".join(self.reasons))


def groups_of(by: Actor, chosen: QueueFilter) -> list[Group]:
    """The largest groups among the open reviews of a filter that the actor may see, from the last seconds.

    Two queries where none are kept.
    """
    if chosen.state != ReviewState.OPEN:
        return []
    own = cities_of(by)
    whose = "all" if own is None else ",".join(sorted(map(str, own)))
    person = str(getattr(by, "pk", "")) if chosen.mine else ""
    name = sha256(f"{whose} {person} {chosen.query()}".encode()).hexdigest()
    try:
        return cache.get_or_set(f"moderation:groups:{name}", lambda: _found(by, chosen), KEPT) or []
    except RedisError as error:
        log.warning("groups_not_kept", error=str(error))
        return _found(by, chosen)


def group_in(query: Mapping[str, str]) -> Group | None:
    """The group that a query string names, without name and size; None where it names none."""
    of, key, kind = (str(query.get(name, "")).replace("\0", "") for name in ("of", "key", "asks"))
    reasons = tuple(part for part in str(query.get("why", "")).split(",") if part in REASONS)
    if of not in _OF or not key or kind not in _NOUNS:
        return None
    if of != "source":
        try:
            UUID(key)
        except ValueError:
            return None
    return Group(of=of, key=key, kind=kind, reasons=reasons, size=0)


def reviews_in(group: Group, *, by: Actor, chosen: QueueFilter) -> QuerySet[Review]:
    """The open reviews of a group within a filter that the actor may see, in the order of the queue."""
    rows = queue(by, chosen).filter(state=ReviewState.OPEN, kind=group.kind)
    return rows.filter(reason_keys=list(group.reasons), **{group.of: group.key})


def _found(by: Actor, chosen: QueueFilter) -> list[Group]:
    first, *others = (_grouped(by, chosen, of) for of in _OF)
    rows = list(first.union(*others, all=True).order_by("-size", "one", "rank")[: MOST * len(_OF)])
    seen: set[Any] = set()
    found: list[tuple[Group, str]] = []
    for rank, key, kind, reasons, size, one in rows:
        held = (
            kind,
            size,
            one,
        )  # the same number with the same first one: the same reviews, said in another way
        if held not in seen:
            seen.add(held)
            found.append((Group(of=_OF[rank], key=key, kind=kind, reasons=tuple(reasons), size=size), one))
    return _named(found[:MOST])


def _grouped(by: Actor, chosen: QueueFilter, of: str) -> Any:
    rows: Any = queue(by, chosen).order_by().filter(kind__in=_NOUNS)
    rows = rows.exclude(source="") if of == "source" else rows.filter(**{f"{of}__isnull": False})
    if of != "series":
        rows = rows.filter(reason_keys__len=1)
    told = {"rank": Value(_OF.index(of)), "key": Cast(of, CharField())}
    counted = rows.annotate(**told).values("rank", "key", "kind", "reason_keys").annotate(size=Count("pk"))
    held = counted.annotate(one=Min(Cast("pk", TextField()))).filter(size__gte=LEAST)
    return held.values_list("rank", "key", "kind", "reason_keys", "size", "one")


def _named(found: list[tuple[Group, str]]) -> list[Group]:
    """The groups with a name each, from the first review of each (one query)."""
    rows = Review.objects.filter(pk__in=[one for _, one in found]) if found else Review.objects.none()
    told = rows.annotate(venue=KT("evidence__facts__venue__name"), feed=KT("evidence__source_name"))
    names = {
        str(pk): {"series": title, "place": venue or "One venue", "source": feed}
        for pk, title, venue, feed in told.values_list("pk", "title", "venue", "feed")
    }
    return [
        Group(
            of=group.of, key=group.key, kind=group.kind, reasons=group.reasons, size=group.size,
            name=names.get(one, {}).get(group.of) or group.key,
        )
        for group, one in found
    ]  # fmt: skip
