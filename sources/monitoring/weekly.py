"""The weekly report on the quality of data: what each source brought, against the week before, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from notices.services import tell_of_quality
from places.queries.reach import cities_of
from sources.models import Source
from sources.queries.weekly import Week, two_weeks

#: A report names so many sources, those with trouble first; the others are counted.
MOST_NAMED: Final = 25
#: From here on a change is worth a word: of the yield as a share, of the mean quality as points of a hundred.
_FEWER: Final = 0.5
_WORSE: Final = 5
#: Fewer events than this say little about a yield.
_ENOUGH: Final = 10


def tell(*, now: datetime) -> int:
    """Write the report of the week for all whose morning it is, once a week each. Returns how many."""
    weeks: Mapping[UUID, tuple[Week, Week]] | None = None
    sources: list[Source] = []

    def facts_for(person: User) -> Mapping[str, Any] | None:
        nonlocal weeks, sources
        if weeks is None:  # nobody's morning: nothing is read
            weeks = two_weeks(now)
            sources = list(Source.objects.filter(pk__in=weeks).order_by("name", "pk"))
        own = cities_of(person)
        seen = [source for source in sources if own is None or source.city_id in own]
        return report([(source, *weeks[source.pk]) for source in seen])

    return tell_of_quality(facts_for, now=now)


def report(rows: list[tuple[Source, Week, Week]]) -> Mapping[str, Any] | None:
    """The facts of the report over these sources; None where there are none. Those that need somebody come first."""
    told = [_row(source, last, before) for source, last, before in rows]
    if not told:
        return None
    told.sort(key=lambda row: (_ORDER.index(row["todo"]), -row["new"]))
    last = [week for _, week, _ in rows]
    return {
        "sources": told[:MOST_NAMED], "count": len(told), "troubled": sum(bool(row["todo"]) for row in told),
        "new": sum(week.new for week in last), "new_before": sum(week.new for _, _, week in rows),
        "refused": sum(week.refused for week in last), "duplicates": sum(week.duplicates for week in last),
        "dead_letters": sum(week.dead_letters for week in last), "path": reverse("admin:sources_source_changelist"),
    }  # fmt: skip


#: What is to be done, the gravest first.
_ORDER: Final = ("failing", "silent", "fewer", "dead_letters", "worse", "missing", "")


def _row(source: Source, last: Week, before: Week) -> dict[str, Any]:
    quality, was = (None if week.quality is None else round(week.quality * 100) for week in (last, before))
    return {
        "name": source.name[:100], "path": reverse("admin:sources_source_change", args=[source.pk]),
        "found": last.found, "found_before": before.found if before.runs else None, "new": last.new, "refused": last.refused,
        "duplicates": last.duplicates, "quality": quality, "quality_before": was, "missing": last.missing,
        "missing_count": last.missing_count, "dead_letters": last.dead_letters, "todo": _todo(last, before, quality, was),
    }  # fmt: skip


def _todo(last: Week, before: Week, quality: int | None, was: int | None) -> str:
    if last.runs and last.failed == last.runs:
        return "failing"
    if not last.runs and before.runs:
        return "silent"
    if before.found >= _ENOUGH and last.found < before.found * _FEWER:
        return "fewer"
    if last.dead_letters:
        return "dead_letters"
    if quality is not None and was is not None and was - quality >= _WORSE:
        return "worse"
    return "missing" if last.missing_count else ""
