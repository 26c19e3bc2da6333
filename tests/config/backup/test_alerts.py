"""Operators hear of a backup that failed, and of one that grows old, until there is a fresh one."""

import pytest
from django.core.management import call_command

from config import tasks
from config.backup import keeping
from config.backup.errors import BackupError
from operations.watch import shipped
from sources.enums import Severity
from sources.models import Alert

pytestmark = pytest.mark.django_db(transaction=True)


def open_alerts() -> dict[str, Severity]:
    rows = Alert.objects.filter(resolved_at=None).values_list("key", "severity")
    return {key: Severity(severity) for key, severity in rows}


def test_a_backup_that_grows_old_is_critical_until_there_is_a_fresh_one(backups):
    shipped.load()
    tasks.look_at_backups()
    assert open_alerts() == {tasks.OLD: Severity.CRITICAL}
    call_command("backup", "--without-files", verbosity=0)
    tasks.look_at_backups()
    assert open_alerts() == {}
    [held] = keeping.known(backups)
    path = backups.root / "backups" / held / "manifest.json"
    path.write_text(path.read_text().replace('"ended": "2026', '"ended": "2025'))
    tasks.look_at_backups()
    tasks.look_at_backups()
    [alert] = Alert.objects.filter(resolved_at=None)
    assert (alert.key, "The newest is of 2025" in alert.detail) == (tasks.OLD, True)


def test_a_place_that_cannot_be_read_is_told_and_no_place_is_no_alert(backups, settings):
    settings.BACKUP_TO = "ftp://example.org/backups"
    tasks.look_at_backups()
    [alert] = Alert.objects.filter(resolved_at=None)
    assert (alert.key, "begins with ftp://" in alert.detail) == (tasks.OLD, True)
    settings.BACKUP_TO = ""
    tasks.look_at_backups()
    assert open_alerts() == {}


def test_a_backup_that_fails_is_told_with_its_reason_and_ends_with_the_next(backups, settings):
    keys, settings.BACKUP_RECIPIENTS = settings.BACKUP_RECIPIENTS, []
    with pytest.raises(BackupError):
        tasks.back_up()
    [alert] = Alert.objects.filter(resolved_at=None)
    assert (alert.key, "BACKUP_RECIPIENTS" in alert.detail) == (tasks.FAILED, True)
    settings.BACKUP_RECIPIENTS = keys
    tasks.back_up()
    assert open_alerts() == {}
