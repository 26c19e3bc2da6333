"""The verbs of sources: run, take in, process, load."""

from sources.services.loading import connector_of, ensure_source, files_of, load
from sources.services.payloads import drop_partitions, ensure_partitions
from sources.services.rereading import reopen, reread_series
from sources.services.runs import AlreadyRunning, due_sources, fetch_payloads, open_run, process_run, release_stuck, take_payload
from sources.services.samples import load_samples, refresh_samples, remove_samples
from sources.services.summary import summary_of

__all__ = [
    "AlreadyRunning",
    "connector_of",
    "drop_partitions",
    "due_sources",
    "ensure_partitions",
    "ensure_source",
    "fetch_payloads",
    "files_of",
    "load",
    "load_samples",
    "open_run",
    "process_run",
    "refresh_samples",
    "release_stuck",
    "remove_samples",
    "reopen",
    "reread_series",
    "summary_of",
    "take_payload",
]
