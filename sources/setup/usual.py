"""What a source's earlier events teach about its next ones: usual categories, and usual lengths.

It is kept with the source and renewed once a week, not counted again for each run: every event that is
recorded or corrected would change it, so a second reading of the same answer would give other results.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F

from events.enums import Publication
from events.models import Event, Listing
from pipeline.contract.draft import SourceContext
from pipeline.contract.line_pattern import LEAST_RECORDS, LinePattern
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.dates.event_times import AT_MOST
from pipeline.refinement.line_patterns import learn
from sources.models import Source

#: Publication states of events that take place, or may.
_MEANT = (
    Publication.DRAFT,
    Publication.PENDING,
    Publication.FLAGGED,
    Publication.APPROVED,
    Publication.ARCHIVED,
)
#: Ends that a source gave within this time count, and so many of a category make a usual length.
USUAL_SINCE, USUAL_FROM = timedelta(days=180), 20
#: The patterns of lines are learnt from so many records, with so many characters of their descriptions.
EXAMPLES, BEGINNING = 200, 600


def of(source: Source) -> Mapping[str, Any]:
    """What is kept about the source, as stored now: {"categories": {slug: events}, "hours": {slug: hours},
    "lines": [LinePattern as JSON]}."""
    kept: Mapping[str, Any] = Source.objects.values_list("usual", flat=True).get(pk=source.pk)
    return kept


def keep(source: Source, context: SourceContext) -> None:
    """Keep what the first records of a source taught, its usual categories and the patterns of its lines, so that the
    next run has the same."""
    from pipeline.refinement.categories.leaning import is_prior  # noqa: PLC0415 - costly

    kept: dict[str, Any] = {"hours": dict(context.usual_hours)}
    if context.line_patterns is not None:
        kept["lines"] = _lines(context.line_patterns)
    if is_prior(context.usual_categories):
        kept["categories"] = dict(context.usual_categories)
    if "lines" in kept or "categories" in kept:
        Source.objects.filter(pk=source.pk).update(usual=kept)


def renew(*, now: datetime) -> int:
    """Learn again from the events of each source. Returns for how many it changed.

    Stored events keep their values: `manage.py refine` shows what the new ones would alter.
    """
    from pipeline.refinement.categories.leaning import is_prior  # noqa: PLC0415 - costly

    changed = 0
    for source in Source.objects.order_by("slug").iterator():
        hours, categories = usual_hours(source, now=now), usual_categories(source, now=now)
        learnt: dict[str, Any] = {"hours": hours} if hours else {}
        learnt |= {"categories": categories} if is_prior(categories) else {}
        reported = examples(source)
        learnt |= {"lines": _lines(learn(reported))} if len(reported) >= LEAST_RECORDS else {}
        if learnt and {**source.usual, **learnt} != source.usual:
            changed += Source.objects.filter(pk=source.pk).update(usual={**source.usual, **learnt})
    return changed


def usual_hours(source: Source, *, now: datetime) -> dict[str, float]:
    """The usual length of the source's events by category, in hours (one query).

    The median of the events of the last half year with an end, where there are enough.
    """
    reported = Event.objects.filter(
        listings__origin=source.pk,
        start_at__gte=now - USUAL_SINCE,
        end_at__gt=F("start_at"),
        end_at__lte=F("start_at") + AT_MOST,
        all_day=False,
        time_known=True,
    )
    length = ExpressionWrapper(F("end_at") - F("start_at"), output_field=DurationField())
    rows = (
        reported.order_by()
        .values("category_id")
        .annotate(median=_Median(length), reported=Count("pk"))
        .filter(reported__gte=USUAL_FROM)
    )
    return {row["category_id"]: round(row["median"].total_seconds() / 3600, 2) for row in rows}


def usual_categories(source: Source, *, now: datetime) -> dict[str, int]:
    """The source's events of the last half year by category, with moderators' corrections (one query)."""
    reported = Event.objects.filter(
        listings__origin=source.pk, start_at__gte=now - USUAL_SINCE, publication__in=_MEANT
    )
    return dict(reported.order_by().values_list("category_id").annotate(Count("pk")))


def examples(source: Source) -> list[RawRecord]:
    """The newest records of the source, as far as the patterns of its lines are learnt from them (one query)."""
    rows = Listing.objects.filter(origin=source.pk).order_by("-changed_at", "pk")
    return [_example(facts) for facts in rows.values_list("facts", flat=True)[:EXAMPLES]]


def _example(facts: Mapping[str, Any]) -> RawRecord:
    words, start = facts.get("words") or {}, facts.get("start")
    return RawRecord(
        external_id="",
        title=facts.get("raw_title") or facts.get("title") or "",
        description=(facts.get("description") or "")[:BEGINNING],
        venue=Venue(**words.get("venue", {})),
        performers=tuple(words.get("performers", ())),
        start=date.fromisoformat(start[:10]) if start else None,
    )


def _lines(learnt: Iterable[LinePattern]) -> list[dict[str, Any]]:
    return [pattern.to_json() for pattern in learnt]


class _Median(Aggregate):
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()
