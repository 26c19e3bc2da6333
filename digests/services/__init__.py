"""The services of digests."""

from digests.services.erasing import erase_addresses
from digests.services.recording import record_due, record_for
from digests.services.sending import recover_lost, retry_failed, send, waiting
from digests.services.settling import end_by_staff, end_subscriptions, release, settle
from digests.services.subscribing import confirm, find, speak, subscribe, unsubscribe

__all__ = [
    "confirm", "end_by_staff", "end_subscriptions", "erase_addresses", "find", "record_due", "record_for", "recover_lost", "release", "retry_failed",
    "send", "settle", "speak", "subscribe", "unsubscribe", "waiting",
]  # fmt: skip
