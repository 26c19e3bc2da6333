"""A person gets everything that is kept about them, and nobody else does."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from accounts.models import DataExport, User
from accounts.privacy.exporting import LINK_SECONDS, ask_for_export, make_export, waiting
from accounts.privacy.keeping import forget_personal_data
from accounts.privacy.parts.account import EXPORT_KEPT, UNVERIFIED_KEPT
from accounts.privacy.registry import parts
from accounts.rights import RightMissing
from audit.models import Entry
from outbox.models import Change
from tests.accounts.privacy.traces import ADDRESS, make_traced
from tests.factories import make_person
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT = "/api/v1/me/export"


def opened(content: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def download(client: Client) -> bytes:
    answer = client.post(f"{EXPORT}/link", {"password": PASSWORD}, content_type="application/json")
    return client.get(answer.json()["url"].removeprefix("http://127.0.0.1:8000")).content


def test_the_zip_has_a_file_of_every_part_and_the_picture(client: Client, tmp_path):
    make_traced(client)
    call_command("export_person", ADDRESS, str(tmp_path / "out.zip"))
    files = opened((tmp_path / "out.zip").read_bytes())
    told = {f"{part.name.replace(' ', '-')}.json" for part in parts()}
    photos = {name for name in files if name.startswith("photos/")}
    assert len(photos) == 1
    assert files.keys() == {"README.txt", "picture.webp", *told} | photos
    assert [row["city"] for row in json.loads(files["mail.json"])["subscriptions"]] == ["Bengaluru"]
    assert json.loads(files["moderation.json"])["decisions"][0]["verdict"] == "approve"
    assert b"secret" not in files["account.json"]
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_person", ADDRESS, str(tmp_path / "out.zip"))


def test_the_api_gives_a_link_for_the_password_and_tells_when_it_is_ready(
    client: Client, mailoutbox, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.force_login(person := make_person(is_staff=False))
    assert client.get(EXPORT).json()["state"] == "none"
    asked = [client.post(EXPORT, content_type="application/json") for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in asked] == [(202, "waiting")] * 2
    assert [make_export(pk) for pk in waiting() * 2] == [True, False]
    assert client.get(EXPORT).json()["state"] == "ready"
    assert opened(download(client)).keys() >= {"README.txt", "account.json"}
    assert [mail.to for mail in mailoutbox] == [[person.email]]
    assert Change.objects.filter(type="export.ready", user_id=person.pk).count() == 1
    assert Entry.objects.filter(action="personal_data.exported").count() == 1


def test_a_link_needs_the_password_and_lasts_ten_minutes(client: Client):
    client.force_login(person := make_person(is_staff=False))
    make_export(ask_for_export(person, by=person).pk)
    refused = client.post(f"{EXPORT}/link", {"password": "wrong"}, content_type="application/json")
    assert refused.status_code == 400
    url = client.post(f"{EXPORT}/link", {"password": PASSWORD}, content_type="application/json").json()["url"]
    with time_machine.travel(now() + timedelta(seconds=LINK_SECONDS + 1), tick=False):
        assert Client().get(url.removeprefix("http://127.0.0.1:8000")).status_code == 410


def test_the_page_asks_for_the_password_before_it_shows_a_link(client: Client):
    client.force_login(person := make_person(is_staff=False))
    make_export(ask_for_export(person, by=person).pk)
    assert client.get("/accounts/export/").url.startswith("/accounts/reauthenticate/")


def test_only_the_person_and_who_has_the_right_export():
    person = make_person(is_staff=False)
    with pytest.raises(RightMissing, match=r"accounts\.export_user"):
        ask_for_export(person, by=make_person(email="o@example.org"))


def test_zips_and_unconfirmed_accounts_go_after_some_days():
    person = make_person(is_staff=False)
    make_export(ask_for_export(person, by=person).pk)
    assert forget_personal_data(now=now() + EXPORT_KEPT - timedelta(hours=1)) == 0
    forget_personal_data(now=now() + EXPORT_KEPT + timedelta(hours=1))
    assert not DataExport.objects.exists()
    forget_personal_data(now=now() + UNVERIFIED_KEPT + timedelta(hours=1))
    assert User.objects.exists()  # an operator made it
    person.emailaddress_set.create(email=person.email, verified=False)
    forget_personal_data(now=now() + UNVERIFIED_KEPT + timedelta(hours=1))
    assert not User.objects.exists()
