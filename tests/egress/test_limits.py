"""Rate limits, holds, pauses and breakers: the same behaviour in memory and in Valkey."""

import secrets
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import redis
import structlog
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from egress.limits import (
    MemoryBreaker,
    MemoryLimiter,
    MemoryStore,
    ValkeyBreaker,
    ValkeyGate,
    ValkeyLimiter,
    ValkeyStore,
)
from egress.limits.memory import MOST_KEYS
from tests.egress.conftest import Clock


@pytest.fixture
def client() -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(params=["memory", "valkey", "valkey away"])
def kind(
    request: pytest.FixtureRequest, clock: Clock, client: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> SimpleNamespace:
    """A limiter and a breaker on the test's clock.

    "Away": Valkey is unreachable, and this process's memory is used.
    """
    if request.param == "memory":
        return SimpleNamespace(limiter=MemoryLimiter(clock=clock), breaker=MemoryBreaker(clock=clock))
    prefix = f"test:{secrets.token_hex(6)}:"
    if request.param == "valkey away":
        client = redis.Redis.from_url("unix:///nowhere/valkey.sock")
    made = SimpleNamespace(
        limiter=ValkeyLimiter(client, clock=clock, prefix=prefix),
        breaker=ValkeyBreaker(client, clock=clock, prefix=prefix),
    )
    made.limiter._local = MemoryLimiter(clock=clock)
    made.breaker._local = MemoryBreaker(clock=clock)
    return made


def test_a_quarter_may_go_at_once_and_the_rest_evenly(kind: SimpleNamespace, clock: Clock) -> None:
    waits = [kind.limiter.take("a", rate=8, window=70) for _ in range(3)]
    assert waits == pytest.approx([0, 0, 10], abs=1e-3)
    assert kind.limiter.take("b", rate=8, window=70) == 0
    clock.now += 10.001
    assert kind.limiter.take("a", rate=8, window=70) == 0
    assert kind.limiter.take("a", rate=8, window=70) > 0


def test_asking_in_vain_takes_nothing(kind: SimpleNamespace, clock: Clock) -> None:
    assert kind.limiter.take("a", rate=1, window=10) == 0
    assert [kind.limiter.take("a", rate=1, window=10) for _ in range(3)] == pytest.approx(
        [10, 10, 10], abs=1e-3
    )
    clock.now += 10.001
    assert kind.limiter.take("a", rate=1, window=10) == 0


def test_a_longer_pause_stays_and_ends(kind: SimpleNamespace, clock: Clock) -> None:
    assert kind.limiter.paused("host") == 0
    kind.limiter.pause("host", seconds=100)
    kind.limiter.pause("host", seconds=10)
    assert kind.limiter.paused("host") == pytest.approx(100, abs=1e-3)
    assert kind.limiter.paused("other") == 0
    clock.now += 100
    assert kind.limiter.paused("host") == 0


def test_one_holder_at_a_time(kind: SimpleNamespace, clock: Clock) -> None:
    token = kind.limiter.hold("host", seconds=10)
    assert token
    assert kind.limiter.hold("host", seconds=10) == ""
    assert kind.limiter.hold("other", seconds=10)
    kind.limiter.release("host", "another's")
    assert kind.limiter.hold("host", seconds=10) == ""
    kind.limiter.release("host", token)
    assert kind.limiter.hold("host", seconds=10)


def test_a_hold_lapses_and_its_late_release_does_no_harm(kind: SimpleNamespace, clock: Clock) -> None:
    late = kind.limiter.hold("host", seconds=10)
    clock.now += 10.001
    assert kind.limiter.hold("host", seconds=10)
    kind.limiter.release("host", late)
    assert kind.limiter.hold("host", seconds=10) == ""


def fail(breaker: MemoryBreaker, times: int) -> None:
    for _ in range(times):
        breaker.failed("host")


def test_the_circuit_opens_at_the_fifth_failure_in_a_row(kind: SimpleNamespace) -> None:
    fail(kind.breaker, 4)
    assert kind.breaker.check("host") == 0
    kind.breaker.succeeded("host")
    fail(kind.breaker, 4)
    assert kind.breaker.check("host") == 0
    fail(kind.breaker, 1)
    assert kind.breaker.check("host") == pytest.approx(60, abs=1e-3)
    assert kind.breaker.check("other") == 0


def test_one_probe_at_a_time_and_twice_the_rest_after_it_fails(kind: SimpleNamespace, clock: Clock) -> None:
    fail(kind.breaker, 5)
    clock.now += 60.001
    assert kind.breaker.check("host") == 0
    assert kind.breaker.check("host") == pytest.approx(90, abs=1e-3)
    fail(kind.breaker, 1)
    assert kind.breaker.check("host") == pytest.approx(120, abs=1e-3)
    clock.now += 120.001
    assert kind.breaker.check("host") == 0
    kind.breaker.succeeded("host")
    assert [kind.breaker.check("host") for _ in range(2)] == [0, 0]


def test_asking_whether_a_host_is_left_alone_claims_no_probe(kind: SimpleNamespace, clock: Clock) -> None:
    assert kind.breaker.shut("host") == 0
    fail(kind.breaker, 4)
    assert kind.breaker.shut("host") == 0
    fail(kind.breaker, 1)
    assert kind.breaker.shut("host") == pytest.approx(60, abs=1e-3)
    clock.now += 60.001
    assert [kind.breaker.shut("host") for _ in range(2)] == [0, 0]
    assert kind.breaker.check("host") == 0
    assert kind.breaker.shut("host") == pytest.approx(90, abs=1e-3)


def test_the_rest_is_an_hour_at_most_and_old_failures_are_forgotten(
    kind: SimpleNamespace, clock: Clock
) -> None:
    fail(kind.breaker, 40)
    assert kind.breaker.check("host") == pytest.approx(3600, abs=1e-3)
    clock.now += 6 * 3600 + 1
    fail(kind.breaker, 1)
    assert kind.breaker.check("host") == 0


@given(st.integers(1, 50), st.floats(0.5, 5000), st.lists(st.floats(0, 300), min_size=1, max_size=150))
def test_no_window_ever_sees_more_than_the_rate(rate: int, window: float, gaps: list[float]) -> None:
    clock = Clock()
    clock.now = 0.0
    limiter, went = MemoryLimiter(clock=clock), []
    for gap in gaps:
        clock.now += gap
        while (wait := limiter.take("a", rate=rate, window=window)) > 0:
            clock.now += wait
        went.append(clock.now)
    assert all(later - first >= window * (1 - 1e-9) for first, later in zip(went, went[rate:], strict=False))


@given(st.integers(1, 1000), st.floats(0.1, 86400))
def test_the_wait_that_is_named_is_enough(rate: int, window: float) -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock=clock)
    while (wait := limiter.take("a", rate=rate, window=window)) == 0:
        pass
    clock.now += wait * (1 + 1e-6) + 1e-6
    assert limiter.take("a", rate=rate, window=window) == 0


def test_no_window_means_no_limit() -> None:
    limiter = MemoryLimiter()
    assert [limiter.take("a", rate=1, window=0) for _ in range(5)] == [0] * 5


@pytest.fixture(params=["memory", "valkey", "valkey away"])
def store(request: pytest.FixtureRequest, client: "redis.Redis") -> MemoryStore | ValkeyStore:
    if request.param == "memory":
        return MemoryStore()
    away = redis.Redis.from_url("unix:///nowhere/valkey.sock")
    return ValkeyStore(client if request.param == "valkey" else away, prefix=f"test:{secrets.token_hex(6)}:")


def test_a_store_keeps_values(store: MemoryStore | ValkeyStore) -> None:
    assert store.get("a") is None
    store.set("a", b"\x00value", seconds=60)
    assert store.get("a") == b"\x00value"


def test_values_expire_and_are_bounded(clock: Clock) -> None:
    store = MemoryStore(clock=clock)
    store.set("a", b"1", seconds=10)
    clock.now += 10
    assert store.get("a") is None
    for number in range(MOST_KEYS + 5):
        store.set(str(number), b"", seconds=10)
    assert store.get("4") is None
    assert store.get(str(MOST_KEYS + 4)) == b""


def test_without_valkey_there_is_one_warning_and_no_second_question(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = ValkeyLimiter(redis.Redis.from_url("unix:///nowhere/valkey.sock"))
    with structlog.testing.capture_logs() as logs:
        assert [limiter.take("a", rate=10, window=10) for _ in range(2)] == [0, 0]
        assert limiter.paused("a") == 0
    assert [line["event"] for line in logs] == ["egress.limits_not_shared"]


def test_valkeys_own_clock_serves_where_none_is_given(client: "redis.Redis") -> None:
    limiter = ValkeyLimiter(client, prefix=f"test:{secrets.token_hex(6)}:")
    assert limiter.take("a", rate=1, window=1000) == 0
    assert 990 < limiter.take("a", rate=1, window=1000) <= 1000


def test_two_processes_share_what_is_in_valkey(client: "redis.Redis", clock: Clock) -> None:
    prefix = f"test:{secrets.token_hex(6)}:"
    first, second = (ValkeyLimiter(client, clock=clock, prefix=prefix) for _ in range(2))
    assert first.take("a", rate=1, window=10) == 0
    assert second.take("a", rate=1, window=10) > 0
    assert first.hold("host", seconds=10)
    assert not second.hold("host", seconds=10)


@pytest.fixture(params=["valkey", "valkey away"])
def gate(request: pytest.FixtureRequest, clock: Clock, client: "redis.Redis") -> SimpleNamespace:
    """A gate on the test's clock, with the limiter and the breaker that it asks."""
    prefix = f"test:{secrets.token_hex(6)}:"
    if request.param == "valkey away":
        client = redis.Redis.from_url("unix:///nowhere/valkey.sock")
    limiter = ValkeyLimiter(client, clock=clock, prefix=prefix)
    breaker = ValkeyBreaker(client, clock=clock, prefix=prefix)
    limiter._local, breaker._local = MemoryLimiter(clock=clock), MemoryBreaker(clock=clock)
    made = ValkeyGate(client, limiter, breaker, clock=clock, prefix=prefix)
    return SimpleNamespace(enter=made.enter, limiter=limiter, breaker=breaker)


def test_a_gate_lets_in_as_many_as_the_rate_has_and_counts_with_the_limiter(
    gate: SimpleNamespace, clock: Clock
) -> None:
    assert gate.limiter.take("a", rate=16, window=130) == 0
    assert gate.enter("a", rate=16, window=130, most=9) == (3, 0)
    assert gate.enter("a", rate=16, window=130, most=9) == pytest.approx((0, 10), abs=1e-3)
    clock.now += 10.001
    assert gate.enter("a", rate=16, window=130, most=9) == (1, 0)
    assert gate.enter("b", rate=16, window=130) == (1, 0)


def test_a_gate_is_shut_while_paused_or_broken_and_then_lets_one_probe(
    gate: SimpleNamespace, clock: Clock
) -> None:
    gate.limiter.pause("host", seconds=30)
    assert gate.enter("host", rate=600, window=60, most=5) == pytest.approx((0, 30), abs=1e-3)
    clock.now += 30
    fail(gate.breaker, 5)
    assert gate.enter("host", rate=600, window=60, most=5) == pytest.approx((0, 60), abs=1e-3)
    clock.now += 60.001
    assert gate.enter("host", rate=600, window=60)[0] == 1
    assert gate.enter("host", rate=600, window=60)[0] == 0
    gate.breaker.succeeded("host")
    assert gate.enter("host", rate=600, window=60, most=5)[0] == 5
