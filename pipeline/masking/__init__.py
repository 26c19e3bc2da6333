"""Recognizes secrets, for logs, error reports, stored requests, and published text."""

from pipeline.masking.addresses import MOST, has_secret, secret_parts
from pipeline.masking.texts import MASK, cut, hide_people, hide_secrets, is_secret_name, without_last_word

__all__ = [
    "MASK", "MOST", "cut", "has_secret", "hide_people", "hide_secrets", "is_secret_name", "secret_parts", "without_last_word",
]  # fmt: skip
