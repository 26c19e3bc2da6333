"""The services of events. Every change of an event goes through one of them, and each writes its Change."""

from events.services.archiving import anonymize_contacts, archive_past
from events.services.correcting import Spread, preview_spread, spread, take_back
from events.services.editing import decide_proposal, edit
from events.services.freshness import mark_gone, mark_gone_listings, mark_missing, mark_seen
from events.services.merging import (
    Preview,
    apart,
    contradictions,
    keep_listing,
    mark_different,
    merge,
    preview_listing,
    preview_merge,
    take_out,
    unmerge,
)
from events.services.pictures import fetch_pictures, forget_pictures
from events.services.placing import give_point
from events.services.publication import change_happening, change_status, change_statuses
from events.services.recording import record_events
from events.services.samples import remove_samples
from events.services.vectors import embed_missing
from events.services.watching import refresh_watched

__all__ = [
    "Preview",
    "Spread",
    "anonymize_contacts",
    "apart",
    "archive_past",
    "change_happening",
    "change_status",
    "change_statuses",
    "contradictions",
    "decide_proposal",
    "edit",
    "embed_missing",
    "fetch_pictures",
    "forget_pictures",
    "give_point",
    "keep_listing",
    "mark_different",
    "mark_gone",
    "mark_gone_listings",
    "mark_missing",
    "mark_seen",
    "merge",
    "preview_listing",
    "preview_merge",
    "preview_spread",
    "record_events",
    "refresh_watched",
    "remove_samples",
    "spread",
    "take_back",
    "take_out",
    "unmerge",
]
