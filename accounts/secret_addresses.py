"""Addresses that open something of a person's to whoever knows them, such as a calendar program.

The address holds a secret. Only its keyed hash is stored, so the address is told once, and a new one voids it.
"""

import secrets

from accounts.crypto import keyed_hash

#: Letters of what is stored.
HASH_LENGTH = 64


def new_secret(purpose: str) -> tuple[str, str]:
    """A new secret, and what to store of it. One purpose's secret opens nothing of another."""
    secret = secrets.token_urlsafe(32)
    return secret, stored(purpose, secret)


def stored(purpose: str, secret: str) -> str:
    """What is stored of a secret that came with an address."""
    return keyed_hash(f"{purpose} {secret}")
