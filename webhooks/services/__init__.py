"""What changes endpoints and deliveries, and sends."""

from webhooks.services.disabling import tell_owners
from webhooks.services.dispatching import is_sending, send_due
from webhooks.services.endpoints import change_endpoint, delete_endpoint, make_endpoint, renew_secret
from webhooks.services.following import follow
from webhooks.services.forgetting import drop_old, forget
from webhooks.services.queueing import redeliver, send_test

__all__ = [
    "change_endpoint",
    "delete_endpoint",
    "drop_old",
    "follow",
    "forget",
    "is_sending",
    "make_endpoint",
    "redeliver",
    "renew_secret",
    "send_due",
    "send_test",
    "tell_owners",
]
