"""The rules that are shipped. A rule that is there already is never changed (`manage.py load_alert_rules`)."""

from typing import Any, Final

from sources.enums import AlertChannel, Condition, Severity
from sources.models import AlertRule

_ABOVE, _BELOW, _AVERAGE, _RAISED = (
    Condition.ABOVE, Condition.BELOW, Condition.AVERAGE_ABOVE, Condition.RAISED,
)  # fmt: skip
_CRITICAL, _WARNING, _INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
_QUIET: Final = [AlertChannel.MAIL.value, AlertChannel.SLACK.value, AlertChannel.WEBHOOK.value]

#: slug, title, measure, condition, threshold, minutes, severity, what to do
RULES: Final[tuple[tuple[str, str, str, Condition, float, int, Severity, str], ...]] = (
    ("database-down", "The database does not answer", "health_database", _ABOVE, 1, 2, _CRITICAL, "See whether PostgreSQL runs and its disk has room."),
    ("pipeline-down", "The clock or its worker stands still", "health_beat", _ABOVE, 1, 3, _CRITICAL, "Start beat and the worker of notify again."),
    ("valkey-down", "Valkey does not answer", "health_valkey", _ABOVE, 1, 3, _CRITICAL, "Start Valkey again; nothing is queued meanwhile."),
    ("queues-stuck", "A queue stands still", "health_queues", _ABOVE, 1, 5, _CRITICAL, "See whether the worker of that queue runs."),
    ("disk-full", "The disk is almost full", "disk_free_share", _BELOW, 0.03, 2, _CRITICAL, "Make room now: PostgreSQL stops at a full disk."),
    ("errors-many", "More than 10 % of the answers are errors", "http_error_share", _AVERAGE, 0.10, 5, _CRITICAL,
     "See the last errors in the log, and the last deployment."),
    ("slo-fast-burn", "Errors use up the month's budget within two days", "error_burn", _AVERAGE, 14.4, 60, _CRITICAL,
     "See the last errors in the log, and the last deployment."),
    ("errors-some", "More than 5 % of the answers are errors", "http_error_share", _AVERAGE, 0.05, 5, _WARNING, "See the last errors in the log."),
    ("slo-slow-burn", "Errors use up the month's budget within five days", "error_burn", _AVERAGE, 6, 360, _WARNING,
     "See which route fails: nocturne_http_answers_total."),
    ("answers-slow", "Answers are slow", "http_p95", _ABOVE, 1.0, 10, _WARNING, "See slow queries and the processor."),
    ("disk-filling", "Less than 10 % of the disk is free", "disk_free_share", _BELOW, 0.10, 10, _WARNING,
     "Make room: old backups, logs and var/media first."),
    ("connections-many", "Most connections of the database are in use", "db_connections_share", _ABOVE, 0.8, 5, _WARNING, "See pg_stat_activity."),
    ("locks-waiting", "Queries wait for locks", "db_lock_waits", _ABOVE, 5, 5, _WARNING, "See pg_stat_activity for the oldest transaction, and end it."),
    ("transaction-old", "A transaction stays open", "db_longest_transaction", _ABOVE, 900, 5, _WARNING,
     "See pg_stat_activity, and end it with pg_terminate_backend."),
    ("replica-behind", "A replica is behind", "db_replication_lag", _ABOVE, 60, 5, _WARNING, "See the replica's log, disk and network."),
    ("backlog-growing", "Records wait to be processed", "queue_age_process", _ABOVE, 900, 15, _WARNING, "Start another worker of the queue process."),
    ("outbox-behind", "Changes are not announced", "outbox_lag", _ABOVE, 120, 3, _WARNING, "See whether a transaction stays open, and the notifier."),
    ("vectors-behind", "New events have no vectors", "vectors_late", _ABOVE, 3600, 15, _WARNING, "See the worker of the queue enrich."),
    ("mail-down", "No mail leaves", "health_mail", _ABOVE, 1, 10, _WARNING, "See Mail, Providers in the admin."),
    ("mails-refused", "Many mails are refused", "mails_refused", _ABOVE, 50, 15, _WARNING, "See Mail, Dispatches in the admin for the reasons."),
    ("live-down", "The live feed does not run", "health_live", _ABOVE, 1, 5, _WARNING, "See whether a web process runs."),
    ("runs-failing", "Half of the runs fail", "run_failure_share", _AVERAGE, 0.5, 60, _WARNING, "See the list of runs: is it one host, or our network?"),
    ("sources-ill", "A third of the sources do badly", "sources_ill_share", _ABOVE, 0.33, 60, _WARNING, "See the list of sources, worst first."),
    ("yield-falling", "No new event for a day", "events_new", _BELOW, 1, 1440, _WARNING, "See whether sources are fetched, and what their runs found."),
    ("quota-near", "A key has used 90 % of its quota", "quota_used_share", _ABOVE, 0.9, 5, _WARNING, "Fetch its sources less often."),
    ("queue-long", "More than 200 wait for a moderator", "reviews_waiting", _ABOVE, 200, 60, _INFO, "See the review queue."),
    ("source-fails", "A source fails", "source:*:failing", _RAISED, 0, 1, _WARNING, "See the page of the source."),
    ("source-held", "A run is held", "source:*:quarantined", _RAISED, 0, 1, _WARNING, "Look at the run, and accept or refuse it."),
    ("quota-crossed", "A quota is near its end", "quota:*", _RAISED, 0, 1, _WARNING, "Fetch its sources less often."),
    ("backup", "There is no fresh backup", "backup:*", _RAISED, 0, 1, _CRITICAL, "python manage.py backup; see the runbook."),
    ("intrusion", "A sign of an intrusion", "signs:*", _RAISED, 0, 1, _WARNING, "See the runbook, and docs/operations/incident.md."),
    ("anomaly", "Something is out of the usual", "anomaly:*", _RAISED, 0, 1, _WARNING, "Look at it, then say under Anomalies if it was right."),
    ("policy-changed", "A robots.txt or terms changed", "policy:*", _RAISED, 0, 1, _WARNING,
     "See whether we may still fetch what we do; otherwise switch the source off."),
    ("trust-changed", "The trust in a source changed", "trust:*", _RAISED, 0, 1, _INFO, "See its page."),
)  # fmt: skip


def load() -> int:
    """Add the rules that are missing. Returns how many."""
    there = set(AlertRule.objects.values_list("slug", flat=True))
    rows = [_row(one) for one in RULES if one[0] not in there]
    AlertRule.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(one: tuple[Any, ...]) -> AlertRule:
    slug, title, measure, condition, threshold, minutes, severity, remedy = one
    is_critical = severity is Severity.CRITICAL
    return AlertRule(
        slug=slug, title=title, measure=measure, condition=condition, threshold=threshold, minutes=minutes, severity=severity, remedy=remedy,
        escalate_after=30 if is_critical else 0, cooldown=15 if severity is not Severity.INFO else 240,
        channels=[channel.value for channel in AlertChannel] if is_critical else _QUIET,
    )  # fmt: skip
