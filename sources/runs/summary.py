"""A run as the commands print it (docs/interfaces.md)."""

from typing import Any

from sources.models import FetchRun


def summary_of(run: FetchRun) -> dict[str, Any]:
    """The counts of a run:

    `{"connector", "found", "kept", "dropped", "seconds", "new", "changed", "unchanged", "moved",
    "missing", "merged", …}`.

    `as_before`: the answer was that of the last run (304, or the same bytes), so its results still hold.
    """
    return {
        "connector": run.source.connector,
        "found": run.events_found,
        "kept": run.events_processed,
        "dropped": run.dropped,
        "seconds": run.seconds or 0.0,
        "new": run.new,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "moved": run.moved,
        "missing": run.missing,
        "merged": run.merged,
        "approved": run.events_approved,
        "as_before": bool(run.http.get("not_modified") or run.http.get("same_bytes")),
        "state": run.state,
        "coverage": run.coverage,
        "error": run.error_detail,
        "quality": run.quality,
        "run": str(run.id),
        "source": run.source.slug,
    }
