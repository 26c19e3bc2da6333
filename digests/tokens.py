"""The token in the links of a subscription. It is derived, never stored: the database has only its keyed
hash.

Every mail needs the link, so the token must be made again each time: it is an HMAC over id and time of
request with the site's field key. Asking anew changes the time of request and so voids old links. Whoever
reads the database cannot make it.
"""

from accounts.crypto import keyed_hash
from digests.models import Subscription


def token_of(subscription: Subscription) -> str:
    """64 hex digits."""
    return keyed_hash(f"subscription {subscription.id.hex} {subscription.requested_at.isoformat()}")


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return keyed_hash(f"token {token}")
