"""The services of digests."""

from digests.services.erasing import erase_addresses
from digests.services.recording import record_due, record_for
from digests.services.sending import recover_lost, retry_failed, send, waiting
from digests.services.subscribing import confirm, find, speak, subscribe, unsubscribe
from digests.services.suppressing import suppress_address

__all__ = [
    "confirm", "erase_addresses", "find", "record_due", "record_for", "recover_lost", "retry_failed", "send", "speak", "subscribe",
    "suppress_address", "unsubscribe", "waiting",
]  # fmt: skip
