"""Starts runs of due sources, the most urgent first, within the limits of each host."""

from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import (
    QuerySet,
)

from accounts.rights import CLOCK
from pipeline.connectors import registry
from pipeline.contract.exceptions import UnknownConnector
from sources.enums import Phase, RunState
from sources.models import FetchRun, Source
from sources.platform_keys import from_environment, missing
from sources.queries.due import waiting
from sources.runs.claim import AlreadyRunning, open_run

_ADDRESSES = ("url", "list_url", "feed_url", "start_url", "base_url", "site")


def due_sources(*, now: datetime, limit: int | None = None) -> list[UUID]:
    """The sources to fetch now, the most urgent first: active, due, not running, not paused, with their key.

    At most FETCH_MOST_UNDER_WAY run at once, and of one host FETCH_PER_HOST, or its platform's `at_once`
    where that is more: a host that hangs delays only itself.
    """
    under_way = Counter(host_of(run.source) for run in runs_under_way())
    room = min(settings.FETCH_MOST_UNDER_WAY - under_way.total(), 10**6 if limit is None else limit)
    chosen: list[UUID] = []
    for source in waiting(now=now).select_related("city").iterator(chunk_size=200):
        if len(chosen) >= room:
            break
        host = host_of(source)
        if under_way[host] < max(settings.FETCH_PER_HOST, _at_once(source)) and not lacks_key(source):
            under_way[host] += 1
            chosen.append(source.id)
    return chosen


def host_of(source: Source) -> str:
    """The host (with its port) that the source's runs use: of its configuration, else of its platform.

    Sources with one host take turns.
    """
    for name in _ADDRESSES:
        value = source.config.get(name)
        if isinstance(value, str) and (host := _netloc(value)):
            return host
    try:
        hosts = registry.get(source.connector).metadata.hosts
    except UnknownConnector:
        hosts = ()
    return hosts[0] if hosts else _netloc(source.url) or source.slug


def runs_under_way() -> QuerySet[FetchRun]:
    """Runs that ask or are about to, with their sources."""
    phases = [Phase.QUEUED.value, Phase.FETCHING.value]
    return FetchRun.objects.filter(state=RunState.RUNNING, progress__phase__in=phases).select_related(
        "source"
    )


def _at_once(source: Source) -> int:
    """How many runs its platform permits at once."""
    try:
        return registry.get(source.connector).metadata.at_once
    except UnknownConnector:
        return 1


def lacks_key(source: Source) -> bool:
    """Whether a required key is missing in both source and environment: a request would fail."""
    try:
        metadata = registry.get(source.connector).metadata
    except UnknownConnector:
        return False
    return not source.credential_id and bool(missing(metadata, from_environment(metadata)))


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def start_due(*, now: datetime) -> list[FetchRun]:
    """Open a run for each due source, the most urgent first.

    The caller queues them. Sources that another process claimed meanwhile are skipped.
    """
    due = due_sources(now=now)
    sources = Source.objects.select_related("city").in_bulk(due)
    runs = (_opened(sources[source_id], now=now) for source_id in due if source_id in sources)
    return [run for run in runs if run is not None]


def _opened(source: Source, *, now: datetime) -> FetchRun | None:
    try:
        return open_run(source, requested_by=CLOCK.name, now=now)
    except AlreadyRunning:
        return None
