"""The verbs of sources: run, take in, process, load."""

from sources.services.alarms import notice, raise_alert, resolve, tell
from sources.services.aside import forget_old
from sources.services.credentials import credentials_for, forget_previous, quota_key
from sources.services.discovery import advance, unfinished
from sources.services.expiring import warn_of_ends
from sources.services.health import note_run, refresh_all
from sources.services.inbox import Receipt, drain, receive, run_id_for, submissions_source, waiting_sources
from sources.services.loading import connector_of, ensure_source, files_of, load
from sources.services.pausing import Paused
from sources.services.payloads import drop_partitions, ensure_partitions
from sources.services.quotas import note_quota, settle_quotas
from sources.services.releasing import release_stuck, waiting_runs
from sources.services.rematching import RematchReport, rematch, rematch_changed
from sources.services.rereading import ACCEPTED, reopen, reread_series, retry_submissions, try_again
from sources.services.retention import clear_staged, let_go
from sources.services.runs import PUSHED, AlreadyRunning, cancel, open_run
from sources.services.samples import load_samples, refresh_samples, remove_samples
from sources.services.schedule import due_sources
from sources.services.staging import follow
from sources.services.starting import start_due
from sources.services.summary import summary_of
from sources.services.switching import disable, enable
from sources.services.working import fetch_payloads, process_run

__all__ = [
    "ACCEPTED",
    "PUSHED",
    "AlreadyRunning",
    "Paused",
    "Receipt",
    "RematchReport",
    "advance",
    "cancel",
    "clear_staged",
    "connector_of",
    "credentials_for",
    "disable",
    "drain",
    "drop_partitions",
    "due_sources",
    "enable",
    "ensure_partitions",
    "ensure_source",
    "fetch_payloads",
    "files_of",
    "follow",
    "forget_old",
    "forget_previous",
    "let_go",
    "load",
    "load_samples",
    "note_quota",
    "note_run",
    "notice",
    "open_run",
    "process_run",
    "quota_key",
    "raise_alert",
    "receive",
    "refresh_all",
    "refresh_samples",
    "release_stuck",
    "rematch",
    "rematch_changed",
    "remove_samples",
    "reopen",
    "reread_series",
    "resolve",
    "retry_submissions",
    "run_id_for",
    "settle_quotas",
    "start_due",
    "submissions_source",
    "summary_of",
    "tell",
    "try_again",
    "unfinished",
    "waiting_runs",
    "waiting_sources",
    "warn_of_ends",
]
