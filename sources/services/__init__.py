"""The verbs of sources: run, take in, process, load."""

from sources.services.alarms import notice, raise_alert, resolve, tell
from sources.services.credentials import credentials_for, forget_previous, quota_key
from sources.services.expiring import warn_of_ends
from sources.services.inbox import Receipt, drain, receive, run_id_for, submissions_source, waiting_sources
from sources.services.loading import connector_of, ensure_source, files_of, load
from sources.services.payloads import drop_partitions, ensure_partitions
from sources.services.rereading import reopen, reread_series
from sources.services.retention import let_go
from sources.services.runs import PUSHED, AlreadyRunning, due_sources, fetch_payloads, open_run, process_run, release_stuck
from sources.services.samples import load_samples, refresh_samples, remove_samples
from sources.services.summary import summary_of

__all__ = [
    "PUSHED",
    "AlreadyRunning",
    "Receipt",
    "connector_of",
    "credentials_for",
    "drain",
    "drop_partitions",
    "due_sources",
    "ensure_partitions",
    "ensure_source",
    "fetch_payloads",
    "files_of",
    "forget_previous",
    "let_go",
    "load",
    "load_samples",
    "notice",
    "open_run",
    "process_run",
    "quota_key",
    "raise_alert",
    "receive",
    "refresh_samples",
    "release_stuck",
    "remove_samples",
    "reopen",
    "reread_series",
    "resolve",
    "run_id_for",
    "submissions_source",
    "summary_of",
    "tell",
    "waiting_sources",
    "warn_of_ends",
]
