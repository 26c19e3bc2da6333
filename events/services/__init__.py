"""The services of events. Every change of an event goes through one of them, and each writes its Change."""

from events.services.archiving import anonymize_contacts, archive_past
from events.services.correcting import Spread, preview_spread, spread, take_back
from events.services.editing import apply_edit, edit
from events.services.freshness import mark_gone, mark_gone_listings, mark_missing, mark_seen
from events.services.merging import (
    Preview,
    Why,
    apart,
    contradictions,
    keep_listing,
    mark_different,
    merge,
    merge_several,
    preview_listing,
    preview_merge,
    take_back_different,
    take_out,
    unmerge,
    verdict_on,
)
from events.services.merging_organizers import merge_organizers, part_organizers
from events.services.own_events import edit_own, lock_own, note_told_by_team, withdraw_own
from events.services.own_pictures import add_picture, remove_picture, show_picture_first
from events.services.performers import hide_performer, show_performer_again
from events.services.pictures import fetch_pictures, forget_pictures, hide_pictures, show_pictures_again
from events.services.placing import give_point
from events.services.primary_picture import choosable_pictures, shown_picture
from events.services.proposals import decide_proposal, decide_proposals
from events.services.publication import change_happening, change_status, change_statuses
from events.services.recording import record_events
from events.services.samples import remove_samples
from events.services.undoing import undo_answers, undo_edit
from events.services.vectors import embed_missing
from events.services.verifying import verify_event, verify_organizer
from events.services.vocabulary import follow_vocabulary, rebuild_vocabulary, recount_performer
from events.services.watching import refresh_watched

__all__ = [
    "Preview",
    "Spread",
    "Why",
    "add_picture",
    "anonymize_contacts",
    "apart",
    "apply_edit",
    "archive_past",
    "change_happening",
    "change_status",
    "change_statuses",
    "choosable_pictures",
    "contradictions",
    "decide_proposal",
    "decide_proposals",
    "edit",
    "edit_own",
    "embed_missing",
    "fetch_pictures",
    "follow_vocabulary",
    "forget_pictures",
    "give_point",
    "hide_performer",
    "hide_pictures",
    "keep_listing",
    "lock_own",
    "mark_different",
    "mark_gone",
    "mark_gone_listings",
    "mark_missing",
    "mark_seen",
    "merge",
    "merge_organizers",
    "merge_several",
    "note_told_by_team",
    "part_organizers",
    "preview_listing",
    "preview_merge",
    "preview_spread",
    "rebuild_vocabulary",
    "record_events",
    "recount_performer",
    "refresh_watched",
    "remove_picture",
    "remove_samples",
    "show_performer_again",
    "show_picture_first",
    "show_pictures_again",
    "shown_picture",
    "spread",
    "take_back",
    "take_back_different",
    "take_out",
    "undo_answers",
    "undo_edit",
    "unmerge",
    "verdict_on",
    "verify_event",
    "verify_organizer",
    "withdraw_own",
]
