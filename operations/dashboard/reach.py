"""Whose cities a figure counts."""

from hashlib import sha256

from accounts.rights import Actor
from places.queries.reach import cities_of


def reach_of(by: Actor) -> str:
    """The part of a figure's name that tells whose cities it counts: people with the same cities share it."""
    own = cities_of(by)
    if own is None:
        return "all"
    return sha256(" ".join(sorted(map(str, own))).encode()).hexdigest()[:32]
