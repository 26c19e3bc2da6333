"""Composes mails: subject, text and HTML, with the required links."""

from digests.compose.content import events_of, fits_of, still_on
from digests.compose.messages import (
    confirmation_message,
    digest_message,
    link_message,
    message_id,
    message_of,
    renewal_message,
)

__all__ = [
    "confirmation_message",
    "digest_message",
    "events_of",
    "fits_of",
    "link_message",
    "message_id",
    "message_of",
    "renewal_message",
    "still_on",
]
