"""Guesses at passwords and exports of data out of the usual are told, usual ones are not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from accounts.exceptions import TooManyGuesses
from accounts.models import User
from accounts.throttling import count_guess, give_back
from audit.enums import Action
from audit.models import Entry
from audit.services import record
from operations.watch import signs
from sources.models import Alert
from tests.factories import make_staff


@pytest.fixture
def staff(db: None) -> User:
    return make_staff()


def open_keys() -> set[str]:
    return set(Alert.objects.filter(resolved_at=None).values_list("key", flat=True))


def export(person: User, number: int) -> None:
    for _ in range(number):
        record(person, Action.LOG_EXPORTED, target="audit.entry:")


@pytest.mark.django_db(transaction=True)
def test_a_program_that_guesses_at_one_account_is_told_and_ends() -> None:
    for number in range(19):
        count_guess("asha@example.org", network=f"198.51.{number}.0")
    signs.look(now=now())
    assert open_keys() == set()
    count_guess("asha@example.org", network="203.0.113.0")
    with pytest.raises(TooManyGuesses):
        count_guess("asha@example.org", network="203.0.114.0")
    signs.look(now=now())
    assert open_keys() == {signs.AT_ONE}
    signs.look(now=now() + signs.HOUR)
    assert open_keys() == set()


@pytest.mark.django_db(transaction=True)
def test_a_list_of_passwords_tried_at_many_accounts_is_told_and_right_passwords_are_not() -> None:
    for number in range(signs.ACCOUNTS):
        give_back(count_guess(f"right{number}@example.org", network=f"198.51.{number}.0"))
    for number in range(signs.ACCOUNTS - 1):
        count_guess(f"person{number}@example.org", network=f"198.51.{number}.0")
    signs.look(now=now())
    assert open_keys() == set()
    count_guess("one.more@example.org", network="198.51.200.0")
    signs.look(now=now())
    assert open_keys() == {signs.AT_MANY}


def test_exports_beyond_the_usual_are_told(staff: User) -> None:
    export(staff, signs.EXPORTS_LEAST)
    signs.look(now=now())
    assert open_keys() == set()
    export(staff, 1)
    signs.look(now=now())
    assert open_keys() == {signs.EXPORTS}
    signs.look(now=now() + timedelta(days=1, minutes=1))
    assert open_keys() == set()


def test_what_is_usual_is_learnt_from_four_weeks(staff: User) -> None:
    export(staff, 4 * signs.LEARNT_FROM)
    tomorrow = now() + timedelta(days=2)
    assert Entry.objects.filter(action=Action.LOG_EXPORTED).count() == 4 * signs.LEARNT_FROM
    with time_machine.travel(tomorrow):
        export(staff, 12)  # more than ten; four a day are usual, so up to twelve are
        signs.look(now=now())
        assert open_keys() == set()
        export(staff, 1)
        signs.look(now=now())
        assert open_keys() == {signs.EXPORTS}


def test_it_asks_the_same_number_of_queries_however_much_there_is(
    staff: User, django_assert_max_num_queries
) -> None:
    export(staff, 3)
    with django_assert_max_num_queries(5):
        signs.look(now=now())
