"""Token families: started, refreshed, ended; what ends them all at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from accounts.enums import EndReason
from accounts.exceptions import TokenEnded, TokenInvalid, TokenRaced, TokenReused
from accounts.models import TokenFamily, User
from accounts.tasks import forget_guesses_and_sessions
from accounts.tokens import families
from accounts.tokens.encoding import AccessToken, read_claims
from accounts.tokens.families import (
    Pair,
    end_families,
    end_family,
    families_of,
    family_of,
    read_access,
    rotate,
    start_family,
)
from audit.models import Entry
from outbox.models import Change
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db


def start(user: User) -> Pair:
    return start_family(user, methods=("pwd",), client="curl/8.5")


def refused(pair: Pair) -> bool:
    """Whether neither token is accepted."""
    for call, token in ((read_access, pair.access), (rotate, pair.refresh)):
        with pytest.raises(TokenEnded):
            call(token)
    return True


def test_a_token_says_who_how_and_since_when_and_names_no_address(vera, django_assert_num_queries):
    pair = start_family(vera, methods=("pwd", "otp"))
    with django_assert_num_queries(1):
        signed_in = read_access(pair.access)
    assert (signed_in.user, signed_in.methods, signed_in.family_id) == (vera, ("pwd", "otp"), pair.family.pk)
    assert signed_in.since == NOW.replace(microsecond=signed_in.since.microsecond)
    claims = read_claims(AccessToken, pair.access)
    assert claims.keys() == {"token_type", "exp", "iat", "jti", "sub", "sid", "amr", "auth_time"}
    assert vera.email not in str(claims)


def test_the_table_holds_no_token(vera):
    pair = start(vera)
    (row,) = TokenFamily.objects.values()
    assert pair.refresh not in str(row)
    assert pair.access not in str(row)


def test_each_refresh_gives_tokens_that_work_once(vera):
    first = start(vera)
    second = rotate(first.refresh)
    third = rotate(second.refresh)
    assert read_access(third.access).family_id == first.family.pk
    with pytest.raises(TokenReused):
        rotate(second.refresh)
    assert refused(third)
    assert refused(first)
    assert TokenFamily.objects.get().end_reason == EndReason.REUSED


def test_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(vera):
    pair = start(vera)
    for call, token in ((read_access, pair.refresh), (rotate, pair.access), (family_of, pair.access)):
        with pytest.raises(TokenInvalid):
            call(token)


def test_another_family_of_the_same_person_goes_on(vera):
    stolen, other = start(vera), start(vera)
    rotate(stolen.refresh)
    with pytest.raises(TokenReused):
        rotate(stolen.refresh)
    assert read_access(rotate(other.refresh).access).user == vera


def change_password(user: User) -> None:
    user.set_password("another horse battery")
    user.save()


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def make_staff(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=True)


def sign_out_everywhere(user: User) -> None:
    end_families(user, EndReason.SIGNED_OUT)


def delete(user: User) -> None:
    user.delete()


@pytest.mark.parametrize("change", [change_password, deactivate, make_staff, sign_out_everywhere, delete])
def test_what_changes_an_account_ends_its_tokens_at_once(vera, change: Callable[[User], None]):
    pair, other = start(vera), start(make_person(email="otto@example.org", is_staff=False))
    change(vera)
    assert refused(pair)
    assert read_access(other.access)


def test_tokens_of_a_closed_account_stay_refused_when_it_is_opened_again(vera):
    pair = start(vera)
    for is_active in (False, True):
        vera.is_active = is_active
        vera.save()
    assert refused(pair)
    assert families_of(vera) == []


def test_a_password_that_changes_during_the_sign_in_voids_it(vera):
    checked = User.objects.get(pk=vera.pk)
    change_password(vera)
    assert refused(start(checked))


def test_the_loser_of_a_race_gets_nothing_and_the_winner_goes_on(vera, monkeypatch):
    """Both have seen the token unused before one of them exchanges it."""
    pair, alive = start(vera), families._alive
    won: list[Pair] = []

    def seen_by_both(claims):
        family = alive(claims)
        if not won:
            monkeypatch.setattr(families, "_alive", alive)
            won.append(rotate(pair.refresh))
        return family

    monkeypatch.setattr(families, "_alive", seen_by_both)
    with pytest.raises(TokenRaced):
        rotate(pair.refresh)
    assert read_access(rotate(won[0].refresh).access).user == vera


def test_whoever_signs_out_during_a_refresh_is_signed_out(vera, monkeypatch):
    pair, alive = start(vera), families._alive

    def ended_meanwhile(claims):
        family = alive(claims)
        end_family(family, EndReason.SIGNED_OUT)
        return family

    monkeypatch.setattr(families, "_alive", ended_meanwhile)
    with pytest.raises(TokenEnded):
        rotate(pair.refresh)
    monkeypatch.undo()
    assert refused(pair)


def test_all_but_the_present_one_can_be_ended(vera):
    here, elsewhere = start(vera), start(vera)
    assert end_families(vera, EndReason.ENDED_ELSEWHERE, but=here.family.pk) == 1
    assert [each.pk for each in families_of(vera)] == [here.family.pk]
    assert refused(elsewhere)


def test_an_ended_family_ends_once(vera):
    family = start(vera).family
    assert [end_family(family, EndReason.SIGNED_OUT) for _ in range(2)] == [True, False]


def test_the_person_is_told_of_beginning_and_end(vera):
    family = start(vera).family
    end_family(family, EndReason.SIGNED_OUT)
    told = Change.objects.order_by("id")
    assert [(each.type, each.audience, each.user_id, each.topics) for each in told] == [
        (f"session.{what}", "user", vera.pk, ["user:me"]) for what in ("started", "ended")
    ]
    assert told[1].data == {"kind": "api", "client": "curl/8.5", "reason": "signed_out"}


def test_the_log_says_what_happened_and_by_whom(vera):
    ended, reused = start(vera), start(vera)
    end_family(ended.family, EndReason.SIGNED_OUT)
    rotate(reused.refresh)
    with pytest.raises(TokenReused):
        rotate(reused.refresh)
    log = Entry.objects.order_by("id").values_list("action", "actor", "after")
    actor = log[0][1]
    assert list(log) == [
        ("account.signed_in", actor, '{"by":"token","methods":["pwd"]}'),
        ("account.signed_in", actor, '{"by":"token","methods":["pwd"]}'),
        ("account.signed_out", actor, '{"reason":"signed_out"}'),
        ("account.tokens_revoked", "system:tokens", '{"reason":"reused"}'),
    ]


@pytest.mark.parametrize(("is_staff", "lasts"), [(False, timedelta(days=30)), (True, timedelta(hours=8))])
def test_a_family_that_is_not_used_expires(is_staff, lasts):
    pair = start(make_person(email="otto@example.org", is_staff=is_staff))
    with time_machine.travel(NOW + lasts - timedelta(minutes=1)):
        pair = rotate(pair.refresh)
    with time_machine.travel(NOW + 2 * lasts - timedelta(minutes=2)):
        pair = rotate(pair.refresh)
    with time_machine.travel(NOW + 3 * lasts):
        with pytest.raises(TokenInvalid):
            rotate(pair.refresh)
        forget_guesses_and_sessions()
    assert not TokenFamily.objects.exists()
