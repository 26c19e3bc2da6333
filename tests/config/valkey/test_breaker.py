"""The breaker: after a failure no caller waits for Valkey."""

import threading

import pytest
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import ResponseError

from config.valkey.breaker import PAUSE_SECONDS, Breaker, ValkeyAway


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def fail(breaker: Breaker, error: type[Exception] = Refused) -> None:
    with pytest.raises(error), breaker.guard():
        raise error


def test_after_a_failure_nobody_asks(breaker):
    fail(breaker)
    with pytest.raises(ValkeyAway), breaker.guard():
        pytest.fail("it was asked")


def test_after_the_pause_one_asks_and_the_others_go_on_without(breaker, clock):
    fail(breaker)
    clock.now += PAUSE_SECONDS
    with breaker.guard():
        fail(breaker, ValkeyAway)


def test_an_answer_ends_the_pause(breaker, clock):
    fail(breaker)
    clock.now += PAUSE_SECONDS
    with breaker.guard():
        pass
    with breaker.guard():
        assert not breaker.is_open


def test_a_failed_trial_begins_another_pause(breaker, clock):
    fail(breaker)
    clock.now += PAUSE_SECONDS
    fail(breaker)
    assert breaker.is_open


def test_a_wrong_command_says_nothing_of_valkey(breaker):
    fail(breaker, ResponseError)
    assert not breaker.is_open


def test_a_look_beside_ends_the_pause_as_soon_as_valkey_answers():
    answers = iter([False, True])
    breaker = Breaker(answers=lambda: next(answers))
    fail(breaker)
    breaker._looking.join(20)
    assert not breaker.is_open


def test_a_look_beside_goes_on_while_valkey_is_silent(clock):
    seen = threading.Event()
    breaker = Breaker(clock=clock, answers=lambda: bool(seen.set()))
    fail(breaker)
    assert seen.wait(20)
    assert breaker.is_open
    clock.now += PAUSE_SECONDS  # which ends the look
