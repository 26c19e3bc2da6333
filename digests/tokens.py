"""The token in the links of a subscription.

It is derived, never stored: the database has only its keyed hash. Every mail needs the link, so the token
must be computed each time: it is an HMAC over id and time of request with the site's field key. A new request
changes the time and so voids old links. The database alone is not enough to compute it.
"""

from accounts.crypto import keyed_hash
from digests.models import Subscription


def token_of(subscription: Subscription) -> str:
    """64 hex digits."""
    return keyed_hash(f"subscription {subscription.id.hex} {subscription.requested_at.isoformat()}")


def hash_of(token: str) -> str:
    """The hash of a token, as the database stores it."""
    return keyed_hash(f"token {token}")
