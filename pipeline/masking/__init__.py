"""What a secret looks like: the one definition for logs, error reports, what is kept of requests, and what
may be published."""

from pipeline.masking.addresses import MOST, has_secret, secret_parts
from pipeline.masking.texts import MASK, cut, hide_people, hide_secrets, is_secret_name, without_last_word

__all__ = [
    "MASK",
    "MOST",
    "cut",
    "has_secret",
    "hide_people",
    "hide_secrets",
    "is_secret_name",
    "secret_parts",
    "without_last_word",
]
