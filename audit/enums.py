"""The actions that the log knows. Values are stored: add, never rename."""

from enum import StrEnum


class Action(StrEnum):
    """What was done. The part before the point says to what."""

    SIGNED_IN = "account.signed_in"
    SIGNED_OUT = "account.signed_out"
    SESSION_ENDED = "account.session_ended"
    REGISTERED = "account.registered"
    ADDRESS_VERIFIED = "account.address_verified"
    ADDRESS_CHANGED = "account.address_changed"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - no password
    PASSWORD_RESET = "account.password_reset"  # noqa: S105 - no password
    FACTOR_ADDED = "account.factor_added"
    FACTOR_REMOVED = "account.factor_removed"
    FACTORS_RESET = "account.factors_reset"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    RECOVERY_CODE_USED = "account.recovery_code_used"
    PROVIDER_CONNECTED = "account.provider_connected"
    PROVIDER_DISCONNECTED = "account.provider_disconnected"
    TOKENS_REVOKED = "account.tokens_revoked"
    PROFILE_CHANGED = "account.profile_changed"
    ROLE_CHANGED = "account.role_changed"
    ERASED = "account.erased"

    PERSONAL_DATA_VIEWED = "personal_data.viewed"
    PERSONAL_DATA_EXPORTED = "personal_data.exported"

    ROW_ADDED = "row.added"
    ROW_CHANGED = "row.changed"
    ROW_DELETED = "row.deleted"
    ROWS_ACTED_ON = "row.acted_on"

    EVENT_CHANGED = "event.changed"
    EVENT_MOVED = "event.moved"
    EVENTS_MERGED = "event.merged"
    EVENTS_PARTED = "event.parted"
    EVENTS_DIFFERENT = "event.different"
    LISTING_TAKEN_OUT = "event.listing_taken_out"
    LISTING_KEPT = "event.listing_kept"
    VENUES_CORRECTED = "event.venues_corrected"
    VENUES_RESTORED = "event.venues_restored"
    PROPOSAL_DECIDED = "event.proposal_decided"

    REVIEW_CLAIMED = "review.claimed"
    VERDICT = "review.verdict"
    VERDICT_UNDONE = "review.verdict_undone"
    VERDICTS_BY_RULES = "review.verdicts_by_rules"
    EVENT_READ = "review.event_read"

    PLACE_CHANGED = "place.changed"
    PLACE_WORDS_CHANGED = "place.words_changed"
    PLACES_MERGED = "place.merged"
    PLACES_PARTED = "place.parted"
    PLACES_DIFFERENT = "place.different"

    SOURCE_ADDED = "source.added"
    SOURCE_CHANGED = "source.changed"
    CREDENTIAL_CHANGED = "source.credential_changed"
    CREDENTIAL_CHECKED = "source.credential_checked"
    GATE_CHANGED = "source.gate_changed"
    SOURCE_RESET = "source.reset"
    RUN_STARTED = "source.run_started"
    RUN_CANCELLED = "source.run_cancelled"
    DISCOVERY_STARTED = "source.discovery_started"
    DISCOVERY_CANCELLED = "source.discovery_cancelled"
    RETRIED = "source.retried"
    PAUSED = "source.paused"
    RESUMED = "source.resumed"

    FLAG_CHANGED = "flag.changed"
    NOTICE_SENT = "live.notice_sent"

    LOG_EXPORTED = "log.exported"
    LOG_IMPORTED = "log.imported"
    NOTE_DELETED = "log.note_deleted"
