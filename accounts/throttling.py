"""Limits password guesses.

A guess is counted in the database before it is hashed, so that a refusal costs no hash and concurrent guesses
are all counted.

A known browser (accounts/devices.py) is counted separately. All others are counted three times: their network
at this account, everybody at this account, their network at all accounts. After a few free guesses each must
wait, at first half a minute, then twice as long each time, up to a limit. Refused guesses do not count, a
right password gives its guess back, and guesses are forgiven one by one over time. An unknown account is
counted like an existing one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.crypto import keyed_hash
from accounts.enums import Guesser
from accounts.exceptions import TooManyGuesses
from accounts.models import GuessCount

log = structlog.get_logger(__name__)

#: The first wait, in seconds; each further guess doubles it.
FIRST_WAIT: Final = 30
#: A count without new guesses for so long is void.
KEPT: Final = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """The limits of one kind of count.

    `free` guesses without a wait, waits of at most `longest` seconds, and one guess forgiven after each
    `forgiven` seconds.
    """

    free: int
    longest: int
    forgiven: int

    def wait(self, count: int) -> int:
        """Seconds from the last of `count` guesses to the next."""
        return min(FIRST_WAIT << min(count - self.free, 16), self.longest) if count >= self.free else 0

    def left(self, count: int, since: timedelta) -> int:
        """How many of `count` guesses are not forgiven."""
        return max(0, count - int(since.total_seconds() // self.forgiven))


RULES: Final = {
    Guesser.DEVICE: Rule(free=5, longest=900, forgiven=900),
    Guesser.NETWORK_AT_ACCOUNT: Rule(free=5, longest=900, forgiven=900),
    Guesser.ALL_AT_ACCOUNT: Rule(free=20, longest=300, forgiven=300),
    Guesser.NETWORK: Rule(free=20, longest=300, forgiven=300),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A counted guess, with its keys."""

    keys: tuple[str, ...]


def count_guess(login: str, *, network: str, device: str = "") -> Guess:
    """Count a guess at `login` (folded) from `network`, or from a known `device`.

    Raises TooManyGuesses for one that has to wait. It must run outside any transaction, since a rollback
    would undo the count.
    """
    now = timezone.now()
    kinds = _keys(login, network, device)
    keys = tuple(sorted(kinds))
    _refuse(GuessCount.objects.filter(pk__in=keys), now)
    with transaction.atomic(durable=True):
        GuessCount.objects.bulk_create(
            [GuessCount(key=key, kind=kinds[key], count=0, last_at=now) for key in keys],
            ignore_conflicts=True,
        )
        counts = list(GuessCount.objects.select_for_update().filter(pk__in=keys).order_by("key"))
        _refuse(counts, now)
        for each in counts:
            each.count, each.last_at = RULES[Guesser(each.kind)].left(each.count, now - each.last_at) + 1, now
        GuessCount.objects.bulk_update(counts, ["count", "last_at"])
    return Guess(keys)


def give_back(guess: Guess) -> None:
    """Uncount a guess whose password was right, or was not checked."""
    GuessCount.objects.filter(pk__in=guess.keys, count__gt=0).update(count=F("count") - 1)


def forget_guesses() -> int:
    """Delete forgiven counts. Returns how many."""
    return GuessCount.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]


def account_key(login: str) -> str:
    """The key under which guesses of all unknown browsers at `login` (folded) are counted."""
    return _key(Guesser.ALL_AT_ACCOUNT, login)


def _keys(login: str, network: str, device: str) -> dict[str, Guesser]:
    """The keys under which a guess is counted.

    Each is a keyed hash, so that neither logins nor addresses are stored.
    """
    if device:
        return {_key(Guesser.DEVICE, device, login): Guesser.DEVICE}
    return {
        _key(Guesser.NETWORK_AT_ACCOUNT, network, login): Guesser.NETWORK_AT_ACCOUNT,
        account_key(login): Guesser.ALL_AT_ACCOUNT,
        _key(Guesser.NETWORK, network): Guesser.NETWORK,
    }


def _key(kind: Guesser, *parts: str) -> str:
    return keyed_hash("\0".join(("guesses", kind.value, *parts)))


def _refuse(counts: Iterable[GuessCount], now: datetime) -> None:
    """Raise TooManyGuesses with the longest wait."""
    waits = {each.kind: _seconds_left(each, now) for each in counts}
    if (longest := max(waits.values(), default=0)) > 0:
        log.warning(
            "login_refused",
            counted={kind: seconds for kind, seconds in waits.items() if seconds},
            wait=longest,
        )
        raise TooManyGuesses(longest)


def _seconds_left(count: GuessCount, now: datetime) -> int:
    until = count.last_at + timedelta(seconds=RULES[Guesser(count.kind)].wait(count.count))
    return max(0, math.ceil((until - now).total_seconds()))
