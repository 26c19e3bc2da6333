"""Where backups are kept: a folder, or a bucket that speaks S3. Contents are streamed; names are relative, with slashes."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from config.backup.errors import BackupError
from config.backup.streams import Readable

#: Parts of an upload; S3 takes at most 10,000, so that one object may have 320 GB.
PART_BYTES: Final = 32 * 2**20


class Place(Protocol):
    """A store of objects. An object appears whole or not at all."""

    def put(self, name: str, content: Readable) -> None:
        """Store `content` under `name`, replacing what was there. What `content` raises passes, and nothing is stored."""

    def get(self, name: str) -> IO[bytes]:
        """The content of an object. Raises BackupError where there is none."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """The bytes of each object whose name begins with `prefix`, by name."""

    def delete(self, name: str) -> None:
        """Remove an object, if it is there."""


class Folder:
    """A folder, better on another disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: Readable) -> None:
        """As Place: written beside, synchronized, renamed."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, 2**20)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        _sync(path.parent)

    def get(self, name: str) -> IO[bytes]:
        """As Place."""
        try:
            return (self.root / name).open("rb")
        except FileNotFoundError as error:
            raise BackupError(f"{self.root / name} is missing") from error

    def sizes(self, prefix: str) -> dict[str, int]:
        """As Place."""
        return {name: size for name, size in self._all() if name.startswith(prefix)}

    def delete(self, name: str) -> None:
        """As Place; a folder that is empty then goes too."""
        path = self.root / name
        path.unlink(missing_ok=True)
        if path.parent != self.root and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()

    def _all(self) -> Iterator[tuple[str, int]]:
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix(), path.stat().st_size


class Bucket:
    """A bucket, by the storage that pictures use (django-storages); keys as AWS_…, or the machine's role."""

    def __init__(self, name: str, prefix: str) -> None:
        from botocore.config import Config  # noqa: PLC0415 - costly, and only where a bucket is named
        from storages.backends.s3 import S3Storage  # noqa: PLC0415 - costly, and only where a bucket is named

        # checksums in trailers are Amazon's alone; ours is in the manifest
        config = Config(
            request_checksum_calculation="when_required", response_checksum_validation="when_required"
        )
        options: dict[str, Any] = {"bucket_name": name, "default_acl": None, "client_config": config}
        if settings.BACKUP_ENDPOINT:
            options["endpoint_url"] = settings.BACKUP_ENDPOINT
        if settings.BACKUP_REGION:
            options["region_name"] = settings.BACKUP_REGION
        self._bucket = S3Storage(**options).bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def put(self, name: str, content: Readable) -> None:
        """As Place; large ones in parts, which are dropped where `content` raises."""
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 - costly, and only where a bucket is named

        config = TransferConfig(
            multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
        )
        self._bucket.upload_fileobj(content, self._prefix + name, Config=config)

    def get(self, name: str) -> IO[bytes]:
        """As Place."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - costly, and only where a bucket is named

        try:
            body: IO[bytes] = self._bucket.Object(self._prefix + name).get()["Body"]
        except ClientError as error:
            raise BackupError(f"{name} cannot be read from the bucket: {error}") from error
        return body

    def sizes(self, prefix: str) -> dict[str, int]:
        """As Place."""
        found = self._bucket.objects.filter(Prefix=self._prefix + prefix)
        return {each.key.removeprefix(self._prefix): each.size for each in found}

    def delete(self, name: str) -> None:
        """As Place."""
        self._bucket.Object(self._prefix + name).delete()


def place(address: str) -> Place:
    """The place that BACKUP_TO names: a folder, or `s3://BUCKET/PREFIX`. Raises BackupError where it names none."""
    if not address:
        raise BackupError("No place for backups is named: set BACKUP_TO to a folder or to s3://BUCKET/PREFIX")
    if "://" in address and not address.startswith("s3://"):
        raise BackupError(
            f"BACKUP_TO begins with {address.partition('://')[0]}://: a folder or s3://BUCKET/PREFIX is understood"
        )
    if not address.startswith("s3://"):
        return Folder(Path(address).expanduser().absolute())
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise BackupError(
            "A bucket needs packages that are not installed: make setup-s3, or build the image with REQUIREMENTS=requirements-s3.txt"
        )
    parts = urlsplit(address)
    return Bucket(parts.netloc, parts.path.strip("/"))


def _sync(folder: Path) -> None:
    """Make a rename in `folder` last over a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
