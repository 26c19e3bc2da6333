"""Any order of sign-ins, refreshes, reuses, races, sign-outs and changed passwords, on the real database."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts.enums import EndReason
from accounts.exceptions import TokenEnded, TokenRaced, TokenRefused, TokenReused
from accounts.models import User
from accounts.tokens.families import (
    Pair,
    end_family,
    families_of,
    family_of,
    read_access,
    rotate,
    start_family,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(refresh: str, count: int) -> list[Pair | TokenRefused]:
    """The answers to `count` requests with one token, each in a thread with a connection of its own."""
    answers: list[Any] = []
    gate = Barrier(count)

    def ask() -> None:
        try:
            gate.wait()
            answers.append(rotate(refresh))
        except TokenRefused as refused:
            answers.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class Families(RuleBasedStateMachine):
    """The model: of each family the newest pair, the former tokens, and whether it goes on."""

    pairs = Bundle("pairs")

    def __init__(self) -> None:
        super().__init__()
        self.user = User.objects.create_user(f"{User.objects.count()}@example.org", "a long enough password")
        self.newest: dict[Any, Pair] = {}
        self.ended: set[Any] = set()

    @rule(target=pairs)
    def sign_in(self) -> Pair:
        pair = start_family(self.user, methods=("pwd",))
        self.newest[pair.family.pk] = pair
        return pair

    @rule(target=pairs, pair=pairs)
    def refresh(self, pair: Pair) -> Any:
        """With the newest token, or with a former one."""
        family = pair.family.pk
        is_newest = self.newest[family].refresh == pair.refresh
        if is_newest and family not in self.ended:
            self.newest[family] = rotate(pair.refresh)
            return self.newest[family]
        with pytest.raises(TokenEnded if family in self.ended else TokenReused):
            rotate(pair.refresh)
        self.ended.add(family)
        return multiple()

    @rule(target=pairs, pair=pairs, count=st.integers(2, 4))
    def refresh_at_once(self, pair: Pair, count: int) -> Any:
        """At most one wins. Whoever came too late to race has reused the token, and that ends the family."""
        family = pair.family.pk
        may_win = self.newest[family].refresh == pair.refresh and family not in self.ended
        answers = at_once(pair.refresh, count)
        won = [each for each in answers if isinstance(each, Pair)]
        assert len(won) == may_win
        if any(isinstance(each, TokenEnded) for each in answers):
            self.ended.add(family)
        assert all(isinstance(each, TokenRaced | TokenEnded) for each in answers if each not in won)
        for each in won:
            self.newest[family] = each
        return multiple(*won)

    @rule(pair=pairs)
    def sign_out(self, pair: Pair) -> None:
        """With any token of the family."""
        family = pair.family.pk
        if family not in self.ended:
            assert end_family(family_of(pair.refresh), EndReason.SIGNED_OUT)
            self.ended.add(family)

    @rule()
    def change_password(self) -> None:
        self.user.set_password(f"another horse battery {len(self.newest)} {len(self.ended)}")
        self.user.save()
        self.ended |= self.newest.keys()

    @invariant()
    def only_what_goes_on_is_accepted(self) -> None:
        assert {each.pk for each in families_of(self.user)} == self.newest.keys() - self.ended
        for family, pair in self.newest.items():
            assert accepted(pair.access) == (family not in self.ended)


def accepted(access: str) -> bool:
    try:
        read_access(access)
    except TokenEnded:
        return False
    return True


def test_families_hold_in_any_order():
    run_state_machine_as_test(
        Families, settings=settings(max_examples=30, stateful_step_count=12, deadline=None)
    )


def test_of_many_refreshes_at_once_exactly_one_wins():
    user = User.objects.create_user("vera@example.org", "a long enough password")
    for _ in range(10):
        answers = at_once(start_family(user, methods=("pwd",)).refresh, 6)
        assert [type(each) for each in answers].count(Pair) == 1
