"""Folder and bucket: whole objects or none."""

import io

import pytest

from config.backup import places
from config.backup.errors import BackupError
from config.backup.places import Bucket, Folder, place


@pytest.fixture(params=["folder", "bucket"])
def some_place(request, tmp_path, bucket):
    return Folder(tmp_path / "there") if request.param == "folder" else Bucket("kept", "site/a")


def test_objects_are_stored_listed_read_and_deleted(some_place):
    some_place.put("backups/1/data.age", io.BytesIO(b"first"))
    some_place.put("backups/1/data.age", io.BytesIO(b"second"))
    some_place.put("wal/7/0001.age", io.BytesIO(b""))
    assert some_place.sizes("backups/") == {"backups/1/data.age": 6}
    assert some_place.sizes("") == {"backups/1/data.age": 6, "wal/7/0001.age": 0}
    with some_place.get("backups/1/data.age") as content:
        assert content.read(3) + content.read() == b"second"
    some_place.delete("backups/1/data.age")
    some_place.delete("backups/1/data.age")
    assert some_place.sizes("backups/") == {}
    with pytest.raises(BackupError, match=r"data\.age"):
        some_place.get("backups/1/data.age")


class Broken(io.BytesIO):
    """Gives some bytes, then fails."""

    def read(self, size: int | None = -1) -> bytes:
        if found := super().read(size if size and size > 0 else 10):
            return found
        raise BackupError("the producer failed")


def test_content_that_fails_leaves_nothing_or_what_was_there(some_place):
    some_place.put("kept.age", io.BytesIO(b"before"))
    with pytest.raises(BackupError, match="the producer failed"):
        some_place.put("kept.age", Broken(b"after"))
    with some_place.get("kept.age") as content:
        assert content.read() == b"before"
    assert list(some_place.sizes("")) == ["kept.age"]


def test_large_content_goes_to_a_bucket_in_parts(bucket, monkeypatch):
    monkeypatch.setattr(places, "PART_BYTES", 5 * 2**20)
    Bucket("kept", "").put("large.age", io.BytesIO(b"12345678" * 2**20))
    assert [len(part) for _, part in sorted(bucket.parts.items())] == [5 * 2**20, 3 * 2**20]
    assert bucket.objects["large.age"] == b"12345678" * 2**20


def test_a_folder_is_for_its_owner_alone(tmp_path):
    Folder(tmp_path / "there").put("a/b.age", io.BytesIO(b"x"))
    assert (tmp_path / "there" / "a" / "b.age").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "there" / "a").stat().st_mode & 0o077


def test_the_place_is_named_by_a_setting(bucket, tmp_path):
    assert isinstance(place("s3://kept/site"), Bucket)
    assert place(str(tmp_path)).root == tmp_path
    with pytest.raises(BackupError, match="set BACKUP_TO"):
        place("")
