"""Rights on sources in the admin: being staff is not enough, each action needs its permission."""

import zlib

import pytest
from django.test import Client
from django.urls import reverse

from accounts.privacy.partitions import month_of
from accounts.rights import PIPELINE
from sources.admin.acts import VERBS
from sources.enums import PauseScope
from sources.models import Credential, FetchRun, Payload, Source
from sources.runs import pause
from tests.factories import NOW, make_person, make_source

pytestmark = pytest.mark.django_db
LIST = reverse("admin:sources_source_changelist")
LAB = reverse("admin:sources_lab")


def staff(client: Client, *rights: str) -> Client:
    """A member of staff with these rights on sources, signed in."""
    person = make_person(email=f"{len(rights)}@example.org", rights=(f"sources.{right}" for right in rights))
    client.force_login(person)
    return client


def run_of(source: Source) -> FetchRun:
    return FetchRun.objects.create(source=source, started_at=NOW)


def payload_of(run: FetchRun) -> str:
    row = Payload.objects.create(
        month=month_of(NOW),
        source_id=run.source_id,
        run_id=run.pk,
        sha256="0" * 64,
        size=5,
        content=zlib.compress(b"bytes"),
        fetched_at=NOW,
    )
    return reverse("admin:sources_payload_raw", args=[row.month.isoformat(), row.pk])


@pytest.mark.parametrize("verb", ["run", "check", "enable", "disable", "pause", "resume", "reset"])
def test_one_who_may_only_read_a_source_can_do_nothing_with_it(client: Client, verb: str):
    source = make_source(is_active=True, consecutive_failures=2)
    assert (
        staff(client, "view_source")
        .post(reverse("admin:sources_source_do", args=[source.pk, verb]))
        .status_code
        == 403
    )
    source.refresh_from_db()
    assert (source.is_active, source.consecutive_failures, source.runs.count()) == (True, 2, 0)


def test_one_who_may_only_read_sources_is_offered_no_verbs(client: Client):
    source = make_source(url="https://a.example/")
    run_of(source)
    reader = staff(client, "view_source")
    page = reader.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "A run is under way" in page
    assert "Run now" not in page
    assert "Cancel the run" not in page
    assert LAB not in page + reader.get(LIST).content.decode()


@pytest.mark.parametrize("verb", ["run_now", "pause", "resume", "enable", "disable", "reset"])
def test_the_list_takes_no_bulk_verb_from_one_who_may_only_read(client: Client, verb: str):
    source = make_source(is_active=True, consecutive_failures=2)
    staff(client, "view_source").post(LIST, {"action": verb, "_selected_action": [str(source.pk)]})
    source.refresh_from_db()
    assert (source.is_active, source.consecutive_failures, source.runs.count()) == (True, 2, 0)


def test_the_list_takes_a_bulk_verb_from_one_who_may_change_sources(client: Client):
    source = make_source(is_active=True)
    staff(client, "view_source", "change_source").post(
        LIST, {"action": "disable", "_selected_action": [str(source.pk)]}
    )
    source.refresh_from_db()
    assert not source.is_active


def test_the_lab_is_for_those_who_may_inspect_sources(client: Client):
    assert staff(client, "view_source").get(LAB).status_code == 403
    assert client.post(LAB, {"url": "https://a.example/"}).status_code == 403
    assert staff(client, "view_source", "inspect_source").get(LAB).status_code == 200


def test_the_lab_makes_sources_for_those_who_may_add_them(client: Client):
    address = reverse("admin:sources_lab_enable", args=["token"])
    assert staff(client, "change_source", "inspect_source").post(address).status_code == 403
    assert (
        staff(client, "inspect_source", "change_source", "add_source").post(address).status_code == 404
    )  # no such look


def test_a_run_is_cancelled_by_those_who_may_start_runs(client: Client):
    run = run_of(make_source())
    address = reverse("admin:sources_fetchrun_cancel", args=[run.pk])
    assert staff(client, "view_fetchrun").post(address).status_code == 403
    run.refresh_from_db()
    assert run.cancel_requested_at is None
    staff(client, "view_fetchrun", "run_source").post(address)
    run.refresh_from_db()
    assert run.cancel_requested_at is not None


def test_what_came_is_read_by_those_who_may_read_runs(client: Client):
    address = payload_of(run_of(make_source()))
    assert staff(client, "view_source", "change_source").get(address).status_code == 403
    assert staff(client, "view_fetchrun").get(address).content == b"bytes"


def test_a_platform_is_not_asked_for_one_who_may_only_read_credentials(client: Client):
    row = Credential.objects.create(name="ticketmaster", connector="ticketmaster", kind="key")
    address = reverse("admin:sources_credential_changelist")
    staff(client, "view_credential").post(
        address, {"action": "ask_platform", "_selected_action": [str(row.pk)]}
    )
    row.refresh_from_db()
    assert row.checked_at is None


@pytest.mark.parametrize(
    ("verb", "right"),
    [("run", "run_source"), ("pause", "add_pause"), ("resume", "delete_pause"), ("reset", "change_source")],
)
def test_each_verb_is_offered_to_those_who_have_its_right(client: Client, verb: str, right: str):
    source = make_source()
    if verb == "resume":
        pause.pause(PauseScope.SOURCE, source.slug, reason="", by=PIPELINE, now=NOW)
    page = (
        staff(client, "view_source", right).get(reverse("admin:sources_source_change", args=[source.pk])).text
    )
    offered = {verb for verb in VERBS if reverse("admin:sources_source_do", args=[source.pk, verb]) in page}
    assert offered == {verb} | ({"check", "enable"} if right == "change_source" else set())
