"""How many passwords are hashed at once, over all threads of a process."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client

from accounts import hashing
from accounts.exceptions import LoginRefused, TooBusy
from accounts.hashing import HashingSlots
from accounts.models import GuessCount, User
from tests.hashing import QuickHasher

EMAIL, PASSWORD = "vera@example.org", "correct horse battery"


def occupied() -> HashingSlots:
    """Slots that are all taken."""
    hashing_slots = HashingSlots(at_once=1, most_waiting=1, seconds=0.01)
    hashing_slots._free.acquire()
    return hashing_slots


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.models.user.hashing_slots", occupied())


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_fifty(monkeypatch):
    User.objects.create_superuser(EMAIL, PASSWORD)
    start, lock, running, most, hashed = threading.Barrier(50), threading.Lock(), [], [], []
    encode = QuickHasher.encode

    def watched(self, password, *rest):
        with lock:
            running.append(password)
            hashed.append(password)
            most.append(len(running))
        found = encode(self, password, *rest)
        with lock:
            running.remove(password)
        return found

    monkeypatch.setattr(QuickHasher, "encode", watched)

    def guess(number: int) -> int:
        start.wait(60)
        try:
            return (
                Client().post("/admin/login/", {"username": EMAIL, "password": f"wrong {number}"}).status_code
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(guess, range(50)))
    assert len(hashed) == statuses.count(200) <= 5
    assert max(most) <= hashing.AT_ONCE
    assert set(statuses) <= {200, 429, 503}


@pytest.mark.django_db
def test_who_finds_no_turn_is_told_to_come_back_and_is_not_counted(full):
    answer = Client().post("/admin/login/", {"username": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert set(GuessCount.objects.values_list("count", flat=True)) == {0}


@pytest.mark.django_db
def test_a_crowd_of_strangers_does_not_keep_a_known_browser_waiting(monkeypatch):
    User.objects.create_superuser(EMAIL, PASSWORD)
    known, form = Client(), {"username": EMAIL, "password": PASSWORD}
    assert known.post("/admin/login/", form).status_code == 302
    monkeypatch.setattr("accounts.models.user.hashing_slots", occupied())
    assert [client.post("/admin/login/", form).status_code for client in (Client(), known)] == [503, 302]


@pytest.mark.django_db
def test_passwords_that_are_changed_wait_for_their_turn_too(full, client):
    user = User(email=EMAIL, is_staff=True, is_superuser=True, password="x")
    user.save()
    client.force_login(user)
    form = {"old_password": "x", "new_password1": PASSWORD, "new_password2": PASSWORD}
    answer = client.post("/admin/password_change/", form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    with pytest.raises(TooBusy):
        user.set_password(PASSWORD)


def test_a_few_wait_and_the_others_are_refused_at_once():
    hashing_slots = HashingSlots(at_once=1, most_waiting=1, seconds=30)
    inside, go = threading.Event(), threading.Event()

    def take() -> str:
        with hashing_slots.slot():
            inside.set()
            go.wait(30)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(take)
        inside.wait(30)
        second = pool.submit(take)
        while hashing_slots._seats._value:  # until it waits
            pass
        with pytest.raises(LoginRefused), hashing_slots.slot():
            pass
        go.set()
        assert [first.result(), second.result()] == ["done", "done"]


@pytest.mark.django_db
def test_a_hash_is_renewed_within_its_turn(monkeypatch):
    user = User.objects.create_user(EMAIL, PASSWORD)
    monkeypatch.setattr(
        "accounts.models.user.hashing_slots", HashingSlots(at_once=1, most_waiting=1, seconds=0.01)
    )
    monkeypatch.setattr(QuickHasher, "iterations", 2)
    before = user.password
    assert authenticate(None, username=EMAIL, password=PASSWORD) == user
    user.refresh_from_db()
    assert user.password != before
