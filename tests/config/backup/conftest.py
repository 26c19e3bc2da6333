"""A place for backups, keys for them, and services that are somebody else's."""

import pytest

from config.backup import making, restoring
from config.backup.places import Folder
from config.backup.streams import new_identity
from config.embedded import Embedded
from tests.config.backup.bucket import FakeBucket


@pytest.fixture
def backups(settings, tmp_path, monkeypatch) -> Folder:
    """BACKUP_TO, a folder, with keys; the database is a managed one, so that nobody stops the tests' own."""
    identity, recipient = new_identity()
    settings.BACKUP_TO = str(tmp_path / "backups")
    settings.BACKUP_RECIPIENTS, settings.BACKUP_IDENTITY = [recipient], identity
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.AUDIT_CHECKPOINTS = str(tmp_path / "audit" / "checkpoints.ndjson")
    managed = Embedded(tmp_path / "var", postgres=False)
    for module in (making, restoring):
        monkeypatch.setattr(module, "wanted_services", lambda: managed)
    return Folder(tmp_path / "backups")


@pytest.fixture
def bucket(httpserver, settings, monkeypatch) -> FakeBucket:
    """A bucket `kept`, and the settings that lead to it."""
    found = FakeBucket(httpserver)
    settings.BACKUP_ENDPOINT, settings.BACKUP_REGION = found.url, "eu-test-1"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests-only")
    return found
