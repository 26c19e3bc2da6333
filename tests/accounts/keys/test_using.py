"""What a key is used for is learnt, and what is out of it is told once."""

from datetime import date, timedelta

import pytest
from rest_framework.test import APIClient

from accounts.keys import using
from accounts.keys.holding import ByKey, KeyWish, make_key, note_held, read_key
from accounts.keys.scopes import Scope
from accounts.models import ApiKey, User
from accounts.signals import key_used_unusually
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db
START = NOW
DAY = timedelta(days=1)


@pytest.fixture
def told():
    heard = []

    def hear(scope, rested, **_):
        heard.append((scope, rested))

    key_used_unusually.connect(hear)
    yield heard
    key_used_unusually.disconnect(hear)


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def secret(person: User) -> str:
    wish = KeyWish(name="a program", scopes=list(Scope), expires_at=START + 300 * DAY)
    return make_key(person, wish, by=person, has_factor=False)[1]


def use(secret: str, scope: str, *, after: timedelta) -> ByKey:
    held = read_key(secret)
    using.note_use(held, scope, moment=START + after)
    return held


def test_what_a_key_does_in_its_first_days_is_what_it_is_for(secret, told):
    use(secret, Scope.EVENTS_READ, after=0 * DAY)
    use(secret, Scope.ME_READ, after=using.LEARNT - DAY)
    use(secret, Scope.ME_READ, after=using.LEARNT + DAY)
    assert told == []


def test_a_scope_that_comes_late_is_told_once(secret, told):
    use(secret, Scope.EVENTS_READ, after=0 * DAY)
    held = use(secret, Scope.WEBHOOKS, after=using.LEARNT)
    use(secret, Scope.WEBHOOKS, after=using.LEARNT)
    using.note_use(
        held, Scope.WEBHOOKS, moment=START + using.LEARNT
    )  # a request that was read before the other wrote
    assert told == [(Scope.WEBHOOKS, False)]


def test_a_scope_after_a_long_rest_is_told(secret, told):
    use(secret, Scope.EVENTS_READ, after=0 * DAY)
    use(secret, Scope.EVENTS_READ, after=using.RESTED - DAY)
    assert told == []
    use(secret, Scope.EVENTS_READ, after=2 * using.RESTED)
    assert told == [(Scope.EVENTS_READ, True)]


def test_a_key_that_was_never_used_rests_too(secret, told):
    use(secret, Scope.EVENTS_READ, after=using.RESTED + DAY)
    assert told == [(Scope.EVENTS_READ, True)]


def test_a_day_costs_one_statement_for_each_scope(secret, django_assert_num_queries):
    use(secret, Scope.EVENTS_READ, after=0 * DAY)
    held = read_key(secret)
    with django_assert_num_queries(0):
        using.note_use(held, Scope.EVENTS_READ, moment=START)
    with django_assert_num_queries(1):
        using.note_use(held, Scope.EVENTS_READ, moment=START + DAY)


def test_two_scopes_at_once_lose_neither(secret):
    first, second = read_key(secret), read_key(secret)
    using.note_use(first, Scope.EVENTS_READ, moment=START)
    using.note_use(second, Scope.ME_READ, moment=START)
    assert set(ApiKey.objects.get().uses) == {Scope.EVENTS_READ, Scope.ME_READ}


def test_a_request_notes_its_scope(secret):
    answer = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}").get("/api/v1/me")
    assert answer.status_code == 200
    today = date.today().isoformat()
    assert ApiKey.objects.get().uses == {"me:read": [today, today]}


def test_keys_that_connections_hold_are_noted_at_once(person, django_assert_num_queries):
    wish = KeyWish(name="a program", scopes=[Scope.EVENTS_READ], expires_at=START + 300 * DAY)
    rows = [make_key(person, wish, by=person, has_factor=False)[0] for _ in range(4)]
    held = [row.pk for row in rows[:3]]
    with django_assert_num_queries(1):
        note_held(held)
    assert set(ApiKey.objects.exclude(used_at=None).values_list("pk", flat=True)) == set(held)
