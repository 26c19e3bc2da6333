"""Carries out what is kept no longer, as far as no other task does."""

from datetime import datetime
from typing import Final

from accounts.privacy.erasing import erase_now
from accounts.privacy.parts.account import unverified
from accounts.privacy.registry import retention_rules
from accounts.rights import CLOCK

#: At most so many accounts at a time; the rest waits for the next night.
_MOST: Final = 1_000


def forget_personal_data(*, now: datetime, dry: bool = False) -> int:
    """Apply the rules that say how, and erase accounts that were never confirmed.

    Idempotent. Returns how many rows and accounts; with `dry` it counts accounts only.
    """
    due = unverified(now).order_by("date_joined")
    if dry:
        return due.count()
    applied = sum(rule.apply(now) for _, rule in retention_rules() if rule.apply)
    return applied + sum(erase_now(user, by=CLOCK) for user in due[:_MOST])
