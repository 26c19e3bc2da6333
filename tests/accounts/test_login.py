"""The admin's sign-in: guessers have to wait before anything is hashed; known browsers are not affected."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate, authenticate
from django.db import connection
from django.test import Client

from accounts.devices import SECONDS
from accounts.exceptions import TooManyGuesses
from accounts.models import GuessCount, User, fold_login
from accounts.tasks import forget_guesses_and_sessions
from accounts.throttling import KEPT, count_guess
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD = "vera@example.org", "correct horse battery"
HERE, ELSEWHERE = "198.51.100.1", "203.0.113.9"
IN, WRONG, WAIT = 302, 200, 429


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def vera(db: None) -> User:
    return User.objects.create_superuser(EMAIL, PASSWORD)


def knock(
    password: str, *, email: str = EMAIL, address: str = HERE, client: Client | None = None, **headers: str
) -> int:
    form = {"username": email, "password": password}
    return (client or Client()).post("/admin/login/", form, REMOTE_ADDR=address, headers=headers).status_code


def known_browser() -> Client:
    client = Client()
    assert knock(PASSWORD, client=client) == IN
    client.cookies.pop("sessionid")
    return client


def test_after_sixty_wrong_guesses_the_right_one_waits(clock, hashes):
    assert [knock(f"wrong {number}") for number in range(60)] == [WRONG] * 5 + [WAIT] * 55
    assert knock(PASSWORD) == WAIT
    assert len(hashes) == 5
    clock.shift(timedelta(seconds=30))
    assert knock(PASSWORD) == IN


def test_the_answer_says_how_long_to_wait(clock):
    for _ in range(5):
        knock("wrong")
    refused = Client().post("/admin/login/", {"username": EMAIL, "password": PASSWORD}, REMOTE_ADDR=HERE)
    assert refused["Retry-After"] == "30"
    assert "Wait 30 seconds" in refused.content.decode()


def test_waits_grow_and_time_forgives(clock):
    waits = []
    for _ in range(9):
        try:
            authenticate(None, username=EMAIL, password="wrong")
            waits.append(0)
        except TooManyGuesses as refused:
            waits.append(refused.retry_after)
            clock.shift(timedelta(seconds=refused.retry_after))
            authenticate(None, username=EMAIL, password="wrong")
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240]
    clock.shift(timedelta(days=1))
    assert [
        authenticate(None, username=EMAIL, password=word) is not None for word in ["wrong"] * 4 + [PASSWORD]
    ] == [False] * 4 + [True]


@pytest.mark.parametrize("spelling", ["VERA@EXAMPLE.ORG", " Vera@Example.org ", "vera@EXAMPLE.org"])
def test_spellings_of_an_address_count_together(clock, spelling):
    assert [knock("wrong", email=spelling if number % 2 else EMAIL) for number in range(6)] == [WRONG] * 5 + [
        WAIT
    ]


def test_no_account_is_found_under_two_folded_logins():
    """PostgreSQL's upper() makes an I of the dotless one, too: such a spelling would be counted apart and
    still let in."""
    User.objects.create_user("admin@example.org", PASSWORD)
    User.objects.create_user("adm\u0131n@example.org", "another password")
    assert authenticate(None, username="ADMIN@example.org", password=PASSWORD)
    assert authenticate(None, username="adm\u0131n@example.org", password=PASSWORD) is None


def test_many_networks_at_one_account(clock, hashes):
    assert [knock("wrong", address=f"203.0.113.{number}") for number in range(60)] == [WRONG] * 20 + [
        WAIT
    ] * 40
    assert knock(PASSWORD) == WAIT
    clock.shift(timedelta(seconds=30))
    assert knock(PASSWORD) == IN


def test_one_network_does_not_keep_the_owner_out_elsewhere(clock):
    """Not even from an unknown browser: most of its guesses are refused before they count for everybody."""
    for _ in range(60):
        knock("wrong")
        clock.shift(timedelta(seconds=60))
    assert knock(PASSWORD, address=ELSEWHERE) == IN


def test_one_network_at_many_accounts(clock, hashes):
    answers = [
        knock("wrong", email=f"reader{number}@example.org", address=f"2001:db8:1:2::{number:x}")
        for number in range(60)
    ]
    assert answers == [WRONG] * 20 + [WAIT] * 40
    assert (knock(PASSWORD, address="2001:db8:1:2::ffff"), knock(PASSWORD, address="2001:db8:1:3::1")) == (
        WAIT,
        IN,
    )
    assert len(hashes) == 20 + 1


def test_a_made_up_chain_of_proxies_is_no_other_network(clock):
    answers = [
        knock("wrong", X_Forwarded_For=f"203.0.113.{number}", Forwarded=f"for=203.0.113.{number}")
        for number in range(7)
    ]
    assert answers == [WRONG] * 5 + [WAIT] * 2


def test_an_unknown_account_is_answered_like_a_known_one(clock, hashes):
    known = [knock("wrong") for _ in range(7)]
    before = len(hashes)
    assert [knock("wrong", email="nobody@example.org", address=ELSEWHERE) for _ in range(7)] == known
    assert len(hashes) == 2 * before


def test_strangers_do_not_keep_a_known_browser_out(clock):
    client = known_browser()
    for number in range(60):
        knock("wrong", address=f"203.0.113.{number}")
    assert knock(PASSWORD) == WAIT
    assert knock(PASSWORD, client=client) == IN


def test_a_known_browser_has_guesses_of_its_own_and_no_more(clock, hashes):
    client = known_browser()
    hashes.clear()
    assert [knock("wrong", client=client) for _ in range(20)] == [WRONG] * 5 + [WAIT] * 15
    assert len(hashes) == 5


def test_a_browser_is_known_for_its_own_account_only(clock):
    User.objects.create_user("mallory@example.org", PASSWORD, is_staff=True)
    client = Client()
    assert knock(PASSWORD, email="mallory@example.org", client=client) == IN
    client.cookies.pop("sessionid")
    assert [knock("wrong", client=client) for _ in range(6)] == [WRONG] * 5 + [WAIT]
    assert [knock("wrong", address=f"203.0.113.{number}", client=client) for number in range(16)] == [
        WRONG
    ] * 15 + [WAIT]


def test_a_browser_stays_known_for_two_people(clock):
    User.objects.create_user("otto@example.org", PASSWORD, is_staff=True)
    client = known_browser()
    assert knock(PASSWORD, email="otto@example.org", client=client) == IN
    for number in range(30):
        knock("wrong", address=f"203.0.113.{number}")
    assert knock(PASSWORD, client=client) == IN


@pytest.mark.parametrize("spoil", [lambda value: value[:-1] + "x", lambda _: "made:up", lambda _: ""])
def test_a_cookie_that_we_did_not_sign_is_none(clock, spoil):
    client = known_browser()
    client.cookies["device"] = spoil(client.cookies["device"].value)
    for number in range(60):
        knock("wrong", address=f"203.0.113.{number}")
    assert knock(PASSWORD, client=client) == WAIT


def test_a_browser_is_forgotten_in_time(clock):
    client = known_browser()
    clock.shift(timedelta(seconds=SECONDS + 1))
    for number in range(60):
        knock("wrong", address=f"203.0.113.{number}")
    assert knock(PASSWORD, client=client) == WAIT


def test_right_passwords_are_not_counted(clock):
    assert [knock(PASSWORD) for _ in range(40)] == [IN] * 40


@pytest.mark.parametrize("login", ["\x00", "\ud800", "x" * 100_000, "ı" * 254, " "])
def test_no_login_breaks_the_door(clock, login):
    assert authenticate(None, username=login, password="wrong") is None
    assert fold_login(fold_login(login)) == fold_login(login)


def test_asynchronous_callers_are_counted_too(clock):
    attempt = async_to_sync(aauthenticate)
    assert [attempt(None, username=EMAIL, password="wrong") for _ in range(5)] == [None] * 5
    with pytest.raises(TooManyGuesses):
        attempt(None, username=EMAIL, password=PASSWORD)


def test_neither_logins_nor_addresses_are_kept(clock):
    knock("wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_guesscount t")
        (text,) = cursor.fetchone()
    assert EMAIL not in text
    assert HERE not in text


def test_what_is_forgiven_is_forgotten(clock):
    count_guess(EMAIL, network=HERE)
    clock.shift(KEPT)
    count_guess(EMAIL, network=ELSEWHERE)
    clock.shift(timedelta(seconds=1))
    forget_guesses_and_sessions()
    assert sorted(GuessCount.objects.values_list("kind", flat=True)) == [
        "all_at_account",
        "network",
        "network_at_account",
    ]


def test_guesses_at_ones_own_password_wait_too(clock, client, hashes):
    client.force_login(User.objects.get())
    page, new = (
        "/admin/password_change/",
        {"new_password1": "another horse battery", "new_password2": "another horse battery"},
    )
    tried = [client.post(page, {"old_password": f"wrong {number}", **new}).status_code for number in range(8)]
    assert (tried, len(hashes)) == ([WRONG] * 5 + [WAIT] * 3, 5)
    assert client.post(page, {"old_password": PASSWORD, **new}).status_code == WAIT
    assert knock(PASSWORD, address=ELSEWHERE) == IN
    clock.shift(timedelta(seconds=30))
    assert client.post(page, {"old_password": PASSWORD, **new}).status_code == IN


@pytest.mark.parametrize(
    ("query", "onward"),
    [
        ("", "/admin/"),
        ("?next=/admin/events/event/", "/admin/events/event/"),
        ("?next=//evil.example/", "/admin/"),
    ],
)
def test_the_admins_login_leads_on_to_what_was_asked(query, onward):
    client, form = Client(), {"username": EMAIL, "password": PASSWORD}
    for _ in ("signs in", "is signed in"):
        assert client.post(f"/admin/login/{query}", form)["Location"] == onward
    assert client.get(f"/admin/login/{query}")["Location"] == onward


def test_a_refusal_by_django_names_the_right():
    client = Client()
    client.force_login(make_person())
    answer = client.get("/admin/places/place/")
    assert answer.status_code == 403
    assert "lacks the right places.view_place" in answer.content.decode()
