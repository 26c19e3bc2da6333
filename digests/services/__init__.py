"""The services of digests."""

from digests.services.at_once import record_at_once
from digests.services.consenting import ask_again, consent_text, end_unanswered
from digests.services.erasing import erase_addresses
from digests.services.managing import (
    PAUSES,
    Holder,
    active_of,
    change,
    holder_of,
    holder_of_account,
    leave,
    leave_all,
    less_often,
    next_at,
    one_of,
    pause,
)
from digests.services.on_demand import digest_city, preview_message, send_test
from digests.services.recording import preview, record_due, record_for
from digests.services.sending import MOST, recover_lost, retry_failed, send, send_all, waiting
from digests.services.settling import end_by_staff, end_subscriptions, release, settle
from digests.services.subscribing import Wishes, confirm, find, renew, speak, subscribe, unsubscribe

__all__ = [
    "MOST", "PAUSES", "Holder", "Wishes", "active_of", "ask_again", "change", "confirm", "consent_text", "digest_city", "end_by_staff", "end_subscriptions",
    "end_unanswered", "erase_addresses", "find", "holder_of", "holder_of_account", "leave", "leave_all", "less_often", "next_at", "one_of", "pause",
    "preview", "preview_message", "record_at_once", "record_due", "record_for", "recover_lost", "release", "renew", "retry_failed", "send", "send_all",
    "send_test", "settle", "speak", "subscribe", "unsubscribe", "waiting",
]  # fmt: skip
