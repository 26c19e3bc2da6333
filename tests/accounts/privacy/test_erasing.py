"""An erased person leaves nothing, and what stays is nobody's."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from accounts.crypto import address_hash
from accounts.models import Erasure, User
from accounts.privacy import registry
from accounts.privacy.erasing import TOLD_WITHIN, ask_for_erasure, carry_out, erase_now
from accounts.privacy.person import Person
from accounts.privacy.registry import Holder, register_holder
from accounts.privacy.scan import marks_of, scan
from accounts.rights import COMMAND, RightMissing
from accounts.signals import erasure_asked
from audit.models import Entry
from digests.models import Subscription
from tests.accounts.privacy.traces import ADDRESS, left_in_tables, make_traced
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db(transaction=True)
#: Some of the places where the traces are found before; each kind of store is among them.
TRACED = {
    "Valkey", "file log/web.log", "stored file people/quill.webp", "table accounts_user", "table accounts_dataexport", "table audit_note",
    "table audit_pseudonym", "table digests_subscription", "table django_session", "table events_listing", "table moderation_decision",
    "table notices_notice", "table outbox_change", "table places_placereport",
    "table socialaccount_socialaccount", "table sources_fetchrun", "table sources_payload",
    "table sources_stagedevent",
}  # fmt: skip


@pytest.fixture
def holder(monkeypatch):
    """A holder of copies: who it was told of, and whether it answers."""
    monkeypatch.setattr(registry, "_holders", {})
    told: list[Person] = []
    register_holder(Holder(name="lists", holds="addresses", tell=told.append))
    return told


def test_nothing_of_an_erased_person_is_found(client: Client):
    person = make_traced(client)
    marks, kept = marks_of(Person.of(person)), left_in_tables()
    assert {each.place.split(",")[0] for each in scan(marks)} >= TRACED
    assert erase_now(person, by=person)
    assert scan(marks) == []
    assert left_in_tables() == kept


def test_what_is_somebody_elses_stays(client: Client, var: Path):
    person = make_traced(client)
    erase_now(person, by=person)
    assert len(list((var / "mailbox").glob("*.eml"))) == 1
    assert (var / "log" / "web.log").read_text().endswith("GET /about/\n")
    assert Entry.objects.filter(action="account.erased").count() == 1
    call_command("verify_log")


def test_a_wish_ends_every_session_at_once_and_twice_is_one(client: Client):
    person = make_person(is_staff=False)
    client.force_login(person)
    assert ask_for_erasure(person, by=person) == ask_for_erasure(person, by=person)
    assert client.get("/accounts/").url.startswith("/accounts/login/")
    assert not User.objects.filter(is_active=True).exists()
    assert Entry.objects.filter(action="account.erased").count() == 1


def test_a_part_that_fails_is_tried_again_and_the_others_are_done(monkeypatch):
    person = make_person(is_staff=False)
    broken = registry.Part(
        name="broken", holds="", purpose="", models=frozenset(), erase=lambda person: 1 // 0
    )
    monkeypatch.setitem(registry._parts, "broken", broken)
    erasure = ask_for_erasure(person, by=person)
    assert not carry_out(erasure.pk)
    assert not User.objects.exists()
    monkeypatch.delitem(registry._parts, "broken")
    assert carry_out(erasure.pk)
    assert not Erasure.objects.exists()


def test_a_wish_that_a_process_carries_out_is_left_to_it():
    person = make_person(is_staff=False)
    erasure = ask_for_erasure(person, by=person)
    Erasure.objects.update(claimed_until=now() + timedelta(minutes=1))
    assert not carry_out(erasure.pk)
    assert User.objects.exists()


def test_a_holder_of_copies_is_told_once(holder):
    person = make_person(is_staff=False)
    assert erase_now(person, by=person)
    assert [each.addresses for each in holder] == [("person@example.org",)]


def test_a_holder_that_does_not_answer_is_told_again_and_not_for_ever(holder):
    register_holder(Holder(name="lists", holds="addresses", tell=lambda person: 1 // 0))
    person = make_person(is_staff=False)
    erasure = ask_for_erasure(person, by=person)
    assert not carry_out(erasure.pk)
    assert not User.objects.exists()
    assert carry_out(erasure.pk, moment=now() + TOLD_WITHIN + timedelta(minutes=1))


def test_an_address_that_nobody_confirmed_erases_nothing_of_its_owner():
    Subscription.objects.create(
        address=ADDRESS, address_hash=address_hash(ADDRESS), city=make_city(), token_hash="b" * 64
    )
    stranger = User.objects.create_user(ADDRESS, None)
    EmailAddress.objects.create(user=stranger, email=ADDRESS.lower(), verified=False)
    assert erase_now(stranger, by=stranger)
    assert Subscription.objects.exists()


def test_only_the_person_and_who_has_the_right_erase():
    person, other = (
        make_person(is_staff=False),
        make_person(email="o@example.org", rights=["accounts.change_user"]),
    )
    with pytest.raises(RightMissing, match=r"accounts\.erase_user"):
        ask_for_erasure(person, by=other)
    assert ask_for_erasure(person, by=make_person(email="a@example.org", rights=["accounts.erase_user"]))


def test_commands_erase_and_search(client: Client, capsys):
    make_traced(client)
    with pytest.raises(CommandError, match="Marks were found"):
        call_command("scan_person", ADDRESS.upper())
    call_command("erase_person", ADDRESS)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"erased": True, "found": 0}
    call_command("scan_person", ADDRESS)
    call_command("erase_person", "--unfinished")


def test_a_worker_does_not_overtake_who_erases_now():
    overtaken: list[bool] = []

    def work(erasure_id, **_):
        overtaken.append(carry_out(erasure_id))

    erasure_asked.connect(work)
    try:
        assert erase_now(make_person(), by=COMMAND)
    finally:
        erasure_asked.disconnect(work)
    assert overtaken == [False]


def test_a_command_may_erase():
    assert erase_now(make_person(), by=COMMAND)
