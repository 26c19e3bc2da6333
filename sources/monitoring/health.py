"""The health of sources: judged after every run and periodically, stored when it changes.

The third failure in a row raises an alert.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import now as clock

from accounts.secrets import redact
from pipeline.connectors import registry
from pipeline.contract.connector import NO_CREDENTIALS
from pipeline.contract.exceptions import UnknownConnector
from sources.enums import RunState
from sources.models import Alert, FetchRun, Source
from sources.monitoring.alerts import raise_alert, resolve
from sources.monitoring.diagnosis import FAILURES_TO_ALERT, Facts, Verdict, judge
from sources.platform_keys import from_environment, missing
from sources.queries import Attempt, Usual, last_attempts, pauses, usual_yields, worths
from sources.queries.quality import Worth


def note_run(run: FetchRun, *, now: datetime | None = None) -> None:
    """Judge the source of a run that has ended; raise or resolve its alerts.

    Alerts are for the third failure in a row and for a quarantine. A partial run (a discovery's category or
    limit) that succeeds does not prove that the whole source works.
    """
    if any(run.params.values()) and run.state not in (
        RunState.FAILED,
        RunState.REFUSED,
        RunState.QUARANTINED,
    ):
        return
    moment = now or clock()
    source = Source.objects.select_related("city").get(pk=run.source_id)
    [(_, verdict)] = refresh([source], now=moment)
    if run.state in (RunState.FAILED, RunState.REFUSED):
        if source.consecutive_failures >= FAILURES_TO_ALERT:
            raise_alert(
                f"source:{source.slug}:failing",
                f"{source.name} fails",
                detail=verdict.detail,
                source=source,
                now=moment,
            )
        return
    if run.state == RunState.CANCELLED:
        return
    failing, quarantined = f"source:{source.slug}:failing", f"source:{source.slug}:quarantined"
    over = {failing, quarantined}
    if run.state == RunState.QUARANTINED:
        raise_alert(
            quarantined, f"A run of {source.name} is held", detail=verdict.detail, source=source, now=moment
        )
        over = {failing}
    for key in Alert.objects.filter(key__in=over, resolved_at__isnull=True).values_list("key", flat=True):
        resolve(key, now=moment)


def refresh(sources: Sequence[Source], *, now: datetime) -> list[tuple[Source, Verdict]]:
    """Judge `sources` (their city selected) in four queries, and store what changed.

    `health_since` changes only with the health itself.
    """
    paused, ids = pauses.active_pauses(), [source.pk for source in sources]
    last, usual, worth = last_attempts(ids), usual_yields(ids, now=now), worths(ids, now=now)
    judged = [
        (
            source,
            judge(
                _facts(
                    source,
                    paused.why(source, pauses.FETCH),
                    last.get(source.pk),
                    usual.get(source.pk),
                    worth.get(source.pk),
                )
            ),
        )
        for source in sources
    ]
    for source, verdict in judged:
        _write(source, verdict, now)
    return judged


def refresh_all(*, now: datetime, batch: int = 200) -> int:
    """Judge every source again: pauses, keys and switches change without a run. Returns how many changed."""
    known = list(Source.objects.select_related("city").order_by("pk"))
    before = {source.pk: source.health for source in known}
    for start in range(0, len(known), batch):
        refresh(known[start : start + batch], now=now)
    _let_be(now)
    return sum(before[source.pk] != source.health for source in known)


def _let_be(now: datetime) -> None:
    """Close the alerts of sources that someone switched off, without a message."""
    moot = Alert.objects.filter(resolved_at__isnull=True, key__startswith="source:", source__is_active=False)
    moot.update(resolved_at=now, resolution_told_at=now)


def _facts(
    source: Source, paused: str, last: Attempt | None, usual: Usual | None, worth: Worth | None
) -> Facts:
    attempt, rule = last or Attempt(state=""), usual or Usual(found=0.0, drop_share=0.0, runs=0)
    return Facts(
        active=source.is_active,
        paused=paused,
        lacking=_lacking(source),
        failures=source.consecutive_failures,
        state=attempt.state,
        code=attempt.code,
        detail=attempt.detail,
        found=attempt.found,
        drop_share=attempt.drop_share,
        dropped=attempt.dropped,
        throttled=attempt.throttled,
        usual_found=rule.found,
        usual_drop_share=rule.drop_share,
        usual_runs=rule.runs,
        comparable=not (attempt.unchanged or attempt.partly_asked),
        quality=worth,
    )


def _lacking(source: Source) -> tuple[str, ...]:
    try:
        metadata = registry.get(source.connector).metadata
    except UnknownConnector:
        return ()
    if source.credential_id is not None:
        return ()
    return missing(metadata, from_environment(metadata) if metadata.variables else NO_CREDENTIALS)


def _write(source: Source, verdict: Verdict, now: datetime) -> None:
    detail = redact(verdict.detail)[:500]
    if source.health == verdict.health and source.health_detail == detail:
        return
    if source.health != verdict.health:
        source.health, source.health_since = verdict.health.value, now
    source.health_detail = detail
    Source.objects.filter(pk=source.pk).update(
        health=source.health, health_since=source.health_since, health_detail=detail
    )
