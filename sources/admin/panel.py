"""The panel above a source's form: health, yields, last runs and requests, pauses, and the platform's terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now

from moderation.services.sampling import Shares, shares
from moderation.trust_panel import GroupTrust, trust_of_source
from pipeline.connectors import registry
from pipeline.contract.exceptions import UnknownConnector
from sources.enums import RunState
from sources.lab.examine import terms_of
from sources.models import DeadLetter, FetchRun, Source
from sources.monitoring.charts import quality_chart, quality_words, yield_chart, yield_words
from sources.queries import daily_quality, daily_yield, pauses
from sources.setup import quality_gates as quality

RUNS: Final = 15
#: The counts in a run's progress, in display order.
PROGRESS: Final = ("pages", "found", "new", "changed", "unchanged")
EXCHANGES: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """The panel's data for the template.

    `under_way` is the running run. `exchanges` are the last requests, of the last run that made any.
    `quality` is the report of the last run that refined anything.
    """

    source: Source
    chart: SafeString
    words: str
    quality_chart: SafeString
    quality_words: str
    quality: Mapping[str, Any]
    paused: str
    runs: list[FetchRun]
    under_way: FetchRun | None
    exchanges: list[Mapping[str, Any]]
    terms: Mapping[str, str]
    tier: str
    dead_letters: int
    shares: Shares
    trust: list[GroupTrust]


def panel_of(source: Source) -> Panel:
    """The panel of a source (14 queries)."""
    moment, least = now(), quality.rules().overall
    days = daily_yield([source.pk], now=moment)[source.pk]
    scores = daily_quality([source.pk], now=moment)[source.pk]
    runs = list(FetchRun.objects.filter(source=source).order_by("-started_at")[:RUNS])
    for run in runs:
        run.source = source
    metadata = _metadata(source.connector)
    return Panel(
        source=source,
        chart=mark_safe(yield_chart(days, name=source.name)),  # noqa: S308 (drawn by sources.monitoring.charts, which escapes)
        words=yield_words(days),
        quality_chart=mark_safe(quality_chart(scores, least=least, name=source.name)),  # noqa: S308
        quality_words=quality_words(scores, least=least),
        quality=next((run.quality for run in runs if run.quality), {}),
        paused=pauses.active_pauses().why(source, pauses.FETCH),
        runs=runs,
        under_way=next((run for run in runs if run.state == RunState.RUNNING), None),
        exchanges=next((_last(run) for run in runs if run.http.get("exchanges")), []),
        terms=terms_of(metadata) if metadata else {},
        tier=metadata.tier.value if metadata else "",
        dead_letters=DeadLetter.objects.filter(source=source).count(),
        shares=shares(origin=source.pk),
        trust=trust_of_source(source.pk),
    )


def counts_of(run: FetchRun) -> list[tuple[str, int]]:
    """What the run has counted so far, by name."""
    return [(name, run.progress.get(name) or 0) for name in PROGRESS]


def _last(run: FetchRun) -> list[Mapping[str, Any]]:
    kept: list[Mapping[str, Any]] = run.http["exchanges"]
    return kept[-EXCHANGES:]


def _metadata(connector: str) -> Any:
    try:
        return registry.get(connector).metadata
    except UnknownConnector:
        return None
