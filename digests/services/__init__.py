"""The verbs of digests."""

from digests.services.sending import record_due, record_for, retry_failed, send, waiting
from digests.services.subscribing import confirm, find, subscribe, unsubscribe

__all__ = ["confirm", "find", "record_due", "record_for", "retry_failed", "send", "subscribe", "unsubscribe", "waiting"]
