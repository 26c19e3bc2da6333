"""API keys: made once, stored hashed, never more than their person, ended with the account."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.exceptions import InputRefused, KeyRefused
from accounts.keys import holding
from accounts.keys.holding import KeyWish, keys_of, make_key, read_key, revoke_key
from accounts.keys.scopes import Scope, rights_to_choose
from accounts.keys.secret import is_well_formed, new_secret
from accounts.models import ApiKey, User
from accounts.privacy.parts.account import export
from accounts.privacy.person import Person
from accounts.rights import COMMAND, RightMissing, may, require
from accounts.services.closing import close_account
from accounts.services.factors import reset_factors
from audit.models import Entry
from pipeline.masking import hide_secrets
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
PAUSE = "sources.add_pause"


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


def made(person: User, *, scopes: Any = (Scope.ME_READ,), rights: Any = (), has_factor: bool = True, **more: Any) -> str:  # fmt: skip
    wish = KeyWish(
        name=more.get("name", "a program"), scopes=scopes, rights=rights, expires_at=now() + more.get("lasts", timedelta(days=1))
    )  # fmt: skip
    return make_key(person, wish, by=person, has_factor=has_factor)[1]


def test_a_key_is_stored_as_a_hash_and_read_back(vera: User):
    secret = made(vera)
    row = ApiKey.objects.get()
    assert secret.startswith(row.shown)
    assert len(row.shown) < 12
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_apikey::text FROM accounts_apikey")
        assert secret[12:] not in cursor.fetchone()[0]
    held = read_key(secret)
    assert (held.user, held.scopes) == (vera, {"events:read", "me:read"})


def test_keys_have_a_checksum_and_are_masked_in_logs():
    secret = new_secret()
    assert is_well_formed(secret)
    assert not is_well_formed(secret[:-1] + ("a" if secret[-1] != "a" else "b"))
    assert secret not in hide_secrets(f"said {secret} to us")


@pytest.mark.parametrize("given", ["noc_", "noc_" + "0" * 46, "noc_é", "x" * 5000])
def test_what_is_no_key_costs_no_query(given: str, django_assert_num_queries: Any):
    with django_assert_num_queries(0), pytest.raises(KeyRefused):
        read_key(given)


def test_the_last_use_is_written_at_most_once_a_minute(vera: User, time_machine: Any):
    secret = made(vera)
    counts = []
    for seconds in (0, 1, 58, 2):
        time_machine.move_to(now() + timedelta(seconds=seconds), tick=False)
        with CaptureQueriesContext(connection) as queries:
            read_key(secret)
        counts.append(len(queries))
    assert counts == [2, 1, 1, 2]
    assert ApiKey.objects.get().used_at == now()


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(days=367)])
def test_a_key_lasts_a_year_at_most(vera: User, lasts: timedelta):
    with pytest.raises(InputRefused):
        made(vera, lasts=lasts)


def test_an_expired_key_opens_nothing(vera: User, time_machine: Any):
    secret = made(vera)
    time_machine.move_to(now() + timedelta(days=1, seconds=1))
    with pytest.raises(KeyRefused):
        read_key(secret)


@pytest.mark.parametrize(
    "change",
    [
        {"password": "pbkdf2"},
        {"is_active": False},
        {"is_staff": True},
    ],
)
def test_a_change_of_the_account_ends_its_keys_also_by_sql(vera: User, change: dict[str, Any]):
    by_save, by_sql = made(vera), made(make_person(email="b@example.org", is_staff=False))
    User.objects.filter(email="b@example.org").update(**change)
    for name, value in change.items():
        setattr(vera, name, value)
    vera.save()
    for secret in (by_save, by_sql):
        with pytest.raises(KeyRefused):
            read_key(secret)
    assert keys_of(vera).get().end_reason == "account_changed"


def test_closing_the_account_and_losing_the_factor_end_all_keys(vera: User):
    anna = make_person(email="anna@example.org")
    lost, closed = made(anna), made(vera)
    reset_factors(anna, by=COMMAND)
    close_account(vera, by=vera)
    for secret in (lost, closed):
        with pytest.raises(KeyRefused):
            read_key(secret)


def test_revoking_works_once_and_for_the_owner_alone(vera: User):
    secret, eve = made(vera), make_person(email="eve@example.org", is_staff=False)
    row = ApiKey.objects.get()
    assert not revoke_key(eve, row.pk, by=eve)
    with pytest.raises(RightMissing):
        revoke_key(vera, row.pk, by=eve)
    assert read_key(secret)
    assert [revoke_key(vera, row.pk, by=vera) for _ in range(2)] == [True, False]
    with pytest.raises(KeyRefused):
        read_key(secret)
    told = list(Entry.objects.filter(action__startswith="account.key").values_list("action", flat=True))
    assert told == ["account.key_made", "account.key_revoked"]


def test_an_account_has_a_bounded_number_of_open_keys(vera: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(holding, "MOST", 2)
    made(vera)
    made(vera)
    with pytest.raises(InputRefused, match="at most 2"):
        made(vera)
    revoke_key(vera, ApiKey.objects.first().pk, by=vera)
    assert made(vera)


class TestStaff:
    def test_a_key_passes_on_the_chosen_rights_and_no_others(self):
        anna = make_person(email="anna@example.org", rights=[PAUSE, "sources.run_source"])
        person = read_key(made(anna, rights=[PAUSE])).user
        assert (may(person, PAUSE), may(person, "sources.run_source")) == (True, False)
        assert may(person, "places.oversee_city")
        with pytest.raises(RightMissing, match="API key does not pass on"):
            require(person, "sources.run_source")

    def test_a_superuser_by_a_key_without_rights_has_none(self):
        boss = read_key(made(make_staff())).user
        assert (boss.has_perm(PAUSE), boss.has_module_perms("sources"), boss.get_all_permissions()) == (
            False,
            False,
            set(),
        )

    def test_a_right_that_the_person_lost_is_lost_to_the_key(self):
        anna = make_person(email="anna@example.org", rights=[PAUSE])
        secret = made(anna, rights=[PAUSE])
        anna.user_permissions.clear()
        assert not may(read_key(secret).user, PAUSE)

    def test_nobody_gives_a_key_what_they_do_not_have(self, vera: User):
        anna = make_person(email="anna@example.org", rights=[PAUSE])
        for person, right in (
            (anna, "sources.run_source"),
            (vera, PAUSE),
            (make_staff(), "accounts.erase_user"),
        ):
            with pytest.raises(InputRefused):
                made(person, rights=[right])

    def test_rights_need_a_proven_factor_where_staff_need_one(self, settings: Any):
        settings.STAFF_SECOND_FACTOR = True
        anna = make_person(email="anna@example.org", rights=[PAUSE])
        with pytest.raises(InputRefused, match="second factor"):
            made(anna, rights=[PAUSE], has_factor=False)
        assert may(read_key(made(anna, rights=[PAUSE])).user, PAUSE)
        anna.lacks_factor = True
        assert rights_to_choose(anna) == []

    def test_a_key_from_before_the_rule_counts_no_rights(self, settings: Any):
        anna = make_person(email="anna@example.org", rights=[PAUSE])
        secret = made(anna, rights=[PAUSE], has_factor=False)
        settings.STAFF_SECOND_FACTOR = True
        assert not may(read_key(secret).user, PAUSE)


def test_an_export_lists_keys_without_what_opens(vera: User):
    secret = made(vera, name="calendar")
    rows = export(Person.of(vera))["keys"]
    assert [row["name"] for row in rows] == ["calendar"]
    assert secret not in str(rows)
    assert ApiKey.objects.get().secret_hash not in str(rows)
