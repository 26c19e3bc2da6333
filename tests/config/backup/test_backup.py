"""Backup and restore of a real database: what is kept, what is refused, what is done before it is served."""

import io
import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from accounts.crypto import address_hash
from accounts.models import User
from accounts.privacy import registry
from accounts.privacy.erasing import erase_now
from config.backup import databases, programs, restoring
from config.backup.erasures import backup_holder
from config.backup.keeping import forget
from config.backup.manifest import Manifest, known
from config.backup.places import Bucket
from config.backup.streams import new_identity
from events.models import Event
from outbox.models import Epoch
from outbox.services import renew_epoch
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = "pictures/ab/abcd.webp"


def run(*words: str) -> dict:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture(autouse=True)
def _alone():
    """End what a server of another test, in a thread of this process, left connected: a restore refuses to go on beside it."""
    with psycopg.connect(**programs.parameters(dbname="postgres"), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [
                connection.settings_dict["NAME"],
                connection.connection.info.backend_pid if connection.connection else 0,
            ],
        )


@pytest.fixture(autouse=True)
def _without_former_databases():
    yield
    connection.close()
    with psycopg.connect(**programs.parameters(dbname="postgres"), autocommit=True) as server:
        name = connection.settings_dict["NAME"]
        for (old,) in server.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s",
            [f"^{name}_(before_[0-9]+|restoring|empty)$"],
        ).fetchall():
            databases._drop(server, old)


def titles() -> list[str]:
    return sorted(Event.objects.values_list("title", flat=True))


def test_a_restore_brings_back_what_was_committed_and_its_files(backups):
    make_event(title="Kept")
    epoch = renew_epoch().epoch
    default_storage.save(PICTURE, ContentFile(b"picture"))
    Path(default_storage.path(PICTURE)).parent.chmod(0o755)
    made = run("backup")
    make_event(title="Later")
    default_storage.delete(PICTURE)
    restored = run("restore", "--replace")
    assert titles() == ["Kept"]
    assert default_storage.open(PICTURE).read() == b"picture"
    assert (restored["id"], restored["files"], restored["remarks"]) == (made["id"], 1, [])
    assert restored["point"] == made["begun"]
    assert Epoch.objects.get().epoch == restored["epoch"] != epoch
    assert restored["former"].startswith(f"{connection.settings_dict['NAME']}_before_")


def test_nothing_readable_and_no_key_is_in_a_backup(backups, settings):
    make_event(title="Unmistakable words of an event")
    run("backup")
    held = b"".join(path.read_bytes() for path in backups.root.rglob("*") if path.is_file())
    assert b"Unmistakable" not in held
    assert b"PGDMP" not in held
    for key in (
        settings.SECRET_KEY,
        settings.LOOKUP_KEY,
        settings.BACKUP_IDENTITY,
        *settings.FIELD_ENCRYPTION_KEYS,
    ):
        assert key.encode() not in held


def test_a_place_that_is_not_empty_is_left_alone(backups):
    make_event(title="Kept")
    run("backup")
    with pytest.raises(CommandError, match="is not empty: --replace keeps it"):
        run("restore")
    assert titles() == ["Kept"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "FIELD_ENCRYPTION_KEYS",
            ["another key of more than 32 characters"],
            "FIELD_ENCRYPTION_KEYS lacks the key with the fingerprint",
        ),
        (
            "LOOKUP_KEY",
            "another key of more than 32 characters",
            "LOOKUP_KEY lacks the key with the fingerprint",
        ),
        ("BACKUP_IDENTITY", "", "set BACKUP_IDENTITY"),
        ("BACKUP_IDENTITY", new_identity()[0], "the backup was encrypted for age1"),
    ],
    # a key by chance in a name would be another test in each process
    ids=["field keys", "lookup key", "no identity", "another identity"],
)
def test_without_a_key_a_restore_is_refused_before_anything_is_read(backups, settings, name, value, said):
    run("backup")
    for path in backups.root.rglob("*.age"):
        path.write_bytes(b"x" * path.stat().st_size)  # whoever reads it fails in another way
    setattr(settings, name, value)
    with pytest.raises(CommandError, match=said):
        run("restore", "--replace")


def test_another_key_of_sessions_is_a_remark(backups, settings):
    run("backup")
    settings.SECRET_KEY = "another" * 10
    assert "links in mails" in run("restore", "--replace")["remarks"][0]


def test_a_manifest_that_was_changed_is_refused(backups):
    run("backup")
    path = next(backups.root.rglob("manifest.json"))
    path.write_text(path.read_text().replace('"dump"', '"base"'))
    with pytest.raises(CommandError, match="its seal is wrong"):
        run("restore", "--replace")


@pytest.mark.parametrize(
    ("touch", "said"),
    [
        (lambda held: held[:-1], "missing or cut"),
        (lambda held: held[:-1] + b"!", "decrypted|not what was written"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_and_what_was_there_stays(backups, touch, said):
    make_event(title="Kept")
    run("backup")
    path = next(backups.root.rglob("database.dump.age"))
    path.write_bytes(touch(path.read_bytes()))
    with pytest.raises(CommandError, match="changed or cut"):
        run("backup", "--verify", "latest")
    with pytest.raises(CommandError, match=said):
        run("restore", "--replace")
    assert titles() == ["Kept"]


def test_a_backup_of_a_newer_version_is_refused(backups, monkeypatch):
    monkeypatch.setattr(
        "config.backup.making.MigrationRecorder.applied_migrations",
        lambda _self: {("events", "9999_of_tomorrow"): None},
    )
    run("backup")
    with pytest.raises(CommandError, match=r"events\.9999_of_tomorrow are not migrations of this one"):
        run("restore", "--replace")


def test_who_was_erased_since_is_erased_again_before_anything_is_served(backups, monkeypatch):
    monkeypatch.setattr(registry, "_holders", {"backups": backup_holder()})
    person, other = make_person(email="quill@example.org"), make_person(email="reader@example.org")
    run("backup")
    erase_now(person, by=person)
    [note] = backups.sizes("erasures/")
    assert b"quill" not in (backups.root / note).read_bytes()
    assert address_hash("quill@example.org") not in note
    restored = run("restore", "--replace")
    assert restored["erased_again"] == 1
    assert list(User.objects.values_list("pk", flat=True)) == [other.pk]


def test_what_a_provider_recovered_is_repaired_as_a_restore_would(backups, monkeypatch):
    monkeypatch.setattr(registry, "_holders", {"backups": backup_holder()})
    person, other = make_person(email="quill@example.org"), make_person(email="reader@example.org")
    make_event(title="Recovered")
    epoch = renew_epoch().epoch
    run("backup")
    erase_now(person, by=person)
    with monkeypatch.context() as provider:  # it brings the database back, and does nothing else
        provider.setattr(restoring._Restore, "repair", lambda _self: None)
        run("restore", "--replace")
    assert set(User.objects.values_list("pk", flat=True)) == {person.pk, other.pk}
    assert Epoch.objects.get().epoch == epoch
    with (
        psycopg.connect(**programs.parameters()),
        pytest.raises(CommandError, match="1 connections to .* are open"),
    ):
        run("restore", "--after-recovery")
    repaired = run("restore", "--after-recovery")
    assert list(User.objects.values_list("pk", flat=True)) == [other.pk]
    assert (repaired["erased_again"], titles()) == (1, ["Recovered"])
    assert Epoch.objects.get().epoch == repaired["epoch"] != epoch


def test_an_erasure_waits_for_its_note(backups, monkeypatch, settings):
    monkeypatch.setattr(registry, "_holders", {"backups": backup_holder()})
    settings.BACKUP_TO = "/proc/nowhere"
    person = make_person()
    assert not erase_now(person, by=person)


def test_a_restore_waits_for_nobody_and_leaves_nobody_connected(backups):
    run("backup")
    with (
        psycopg.connect(**programs.parameters()),
        pytest.raises(CommandError, match="1 connections to .* are open"),
    ):
        run("restore", "--replace")


def test_one_backup_at_a_time(backups):
    with psycopg.connect(**programs.parameters()) as other:
        other.execute("SELECT pg_advisory_lock(7206145130)")
        with pytest.raises(CommandError, match="Another backup is being made"):
            run("backup")


def test_a_failing_program_says_why_and_leaves_no_manifest(backups, monkeypatch):
    monkeypatch.setattr(
        "config.backup.making._READERS", {"dump": ("pg_dump", "--format=custom", "--table=absent")}
    )
    with pytest.raises(CommandError, match="pg_dump failed: .*no matching tables"):
        run("backup")
    assert known(backups) == []


def test_backups_are_made_to_a_bucket_too(backups, bucket):
    made = run("backup", "--to", "s3://kept/site", "--without-files")
    assert f"site/backups/{made['id']}/manifest.json" in bucket.objects
    make_event(title="Later")
    run("restore", "--from", "s3://kept/site", "--replace")
    assert titles() == []
    assert run("backup", "--to", "s3://kept/site", "--verify", "latest")["verified"]
    assert isinstance(Bucket("kept", "site").sizes("")[f"backups/{made['id']}/manifest.json"], int)


def test_old_backups_go_the_newest_stays(backups, settings):
    first, second = sorted([run("backup")["id"], run("backup")["id"]])
    (backups.root / "backups" / "20250101T000000Z-dump-000000").mkdir()
    (backups.root / "backups" / "20250101T000000Z-dump-000000" / "database.dump.age").write_bytes(
        b"interrupted"
    )
    backups.put("erasures/20250101T000000Z-00.age", io.BytesIO(b"x"))
    assert forget(backups, days=30, now=now()) == {"backups": 1, "segments": 0, "erasures": 1}
    assert known(backups) == [first, second]
    assert forget(backups, days=30, now=now() + timedelta(days=40))["backups"] == 1
    assert forget(backups, days=30, now=now() + timedelta(days=400))["backups"] == 0
    assert run("backup", "--list")["backups"] == [second]
    assert Manifest.read(backups, second).kind == "dump"


def test_without_keys_or_place_nothing_is_made(backups, settings):
    settings.BACKUP_RECIPIENTS = []
    with pytest.raises(CommandError, match="make_backup_key"):
        run("backup")
    settings.BACKUP_RECIPIENTS = ["nonsense"]
    with pytest.raises(CommandError, match="no public key of age"):
        run("backup")
    with pytest.raises(CommandError, match="BACKUP_WAL"):
        run("backup", "--ship-log")
    out = io.StringIO()
    call_command("make_backup_key", stdout=out)
    assert [line.partition("=")[0] for line in out.getvalue().split()] == [
        "BACKUP_RECIPIENTS",
        "BACKUP_IDENTITY",
    ]
