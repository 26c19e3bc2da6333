"""Restores a backup beside what is there, repairs it, and only then puts it in place: nothing is served before.

A dump becomes a database of another name, a base backup another data folder. Migrations, stored files, erasures and the new epoch follow
there. Until the switch the former state is untouched; whatever fails leaves it so.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

import structlog
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.backup import erasures, files, keys
from config.backup.clusters import restore_base
from config.backup.databases import require_alone, restore_dump
from config.backup.errors import BackupError
from config.backup.making import BASE, DATABASE, FILES
from config.backup.manifest import FOLDER, Manifest
from config.backup.places import Place
from config.backup.streams import CHUNK, Counted, unsealed
from config.embedded import Embedded
from config.services import wanted_services
from outbox.services import renew_epoch

log = structlog.get_logger(__name__)
_SHOWN: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """`point` is the moment whose state is restored (ISO 8601), `former` where the state before is kept, '' where there was none."""

    id: str
    kind: str
    point: str
    files: int
    erased_again: int
    epoch: str
    former: str
    remarks: Sequence[str]


def restore(
    place: Place, backup_id: str, *, until: datetime | None = None, replace: bool = False
) -> Restored:
    """Restore a backup, a base one up to `until` (default: the end of its log).

    Raises BackupError, before anything is written where a key is missing, the backup is not whole, somebody uses the database, or it is
    not empty and `replace` is false.
    """
    manifest = Manifest.read(place, backup_id)
    remarks = keys.require(manifest.keys)
    work = _Restore(place, manifest, keys.identity(manifest.recipients), until)
    work.require_whole()
    services = wanted_services()
    is_embedded = services.postgres in services.wanted
    if manifest.kind == BASE and not is_embedded:
        raise BackupError(
            "A base backup holds the files of the embedded PostgreSQL: unset DATABASE_URL, or restore a backup of the kind dump"
        )
    if until is not None and manifest.kind != BASE:
        raise BackupError(f"{backup_id} is a dump: it has the state of {manifest.begun}, and no other moment")
    with _alone(services) if is_embedded else nullcontext():
        former, point = work.run(services if is_embedded else None, replace=replace)
    log.info("backup_restored", id=backup_id, point=point)
    return Restored(
        id=backup_id, kind=manifest.kind, point=point, files=work.files, erased_again=work.erased,
        epoch=work.epoch, former=former, remarks=remarks,
    )  # fmt: skip


def repair_recovered(place: Place) -> dict[str, Any]:
    """Do to a database that its provider recovered what a restore does at its end.

    Raises BackupError as `restore`.
    """
    wanted = keys.recipients()
    require_alone()
    call_command("migrate", interactive=False, verbosity=0)
    erased = erasures.apply_again(place, keys.identity(wanted))
    return {"erased_again": erased, "epoch": renew_epoch().epoch}


class _Restore:
    """One restore, with what it counts."""

    def __init__(self, place: Place, manifest: Manifest, identity: str, until: datetime | None) -> None:
        self.place, self.manifest, self.identity, self.until = place, manifest, identity, until
        self.files, self.erased, self.epoch = 0, 0, ""

    def require_whole(self) -> None:
        """Refuse a backup that lacks an object, or that was made by a newer version."""
        sizes = self.place.sizes(f"{FOLDER}{self.manifest.id}/")
        for each in self.manifest.objects:
            if sizes.get(f"{FOLDER}{self.manifest.id}/{each.name}") != each.bytes:
                raise BackupError(f"{each.name} of {self.manifest.id} is missing or cut: take another backup")
        here = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        if unknown := sorted(set(self.manifest.migrations) - here):
            raise BackupError(
                f"The backup is of another version: {', '.join(unknown[:_SHOWN])} are not migrations of this one. Check out the version that made it"
            )

    def run(self, services: Embedded | None, *, replace: bool) -> tuple[str, str]:
        """Restore, repair, switch. Returns where the former state is, and the point."""
        name = DATABASE[self.manifest.kind]
        if self.manifest.kind == BASE:
            assert services is not None
            with self._object(name) as content:
                return restore_base(content, self, services, repair=self.repair, replace=replace)
        server: AbstractContextManager[None] = _started(services) if services else nullcontext()
        with server, self._object(name) as content:
            return restore_dump(content, repair=self.repair, replace=replace), self.manifest.begun

    def repair(self) -> None:
        """What a restored database needs before anybody sees it. Django's connection leads to it."""
        call_command("migrate", interactive=False, verbosity=0)
        if any(each.name == FILES for each in self.manifest.objects):
            with self._object(FILES) as content:
                self.files = files.unpack(content)
        self.erased = erasures.apply_again(self.place, self.identity)
        self.epoch = renew_epoch().epoch
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    @contextmanager
    def _object(self, name: str) -> Iterator[IO[bytes]]:
        """The plain content of an object; its hash is compared at the end."""
        stored = next(each for each in self.manifest.objects if each.name == name)
        with self.place.get(f"{FOLDER}{self.manifest.id}/{name}") as content:
            counted = Counted(content)
            with unsealed(counted, self.identity) as plain:
                yield plain
                while plain.read(CHUNK):
                    pass
            if counted.sha256 != stored.sha256:
                raise BackupError(
                    f"{name} of {self.manifest.id} is not what was written: take another backup"
                )


@contextmanager
def _alone(services: Embedded) -> Iterator[None]:
    with services.alone() as is_alone:
        if not is_alone:
            raise BackupError("Nocturne is running here: stop it (Ctrl-C of `make run`), then restore")
        yield


@contextmanager
def _started(services: Embedded) -> Iterator[None]:
    """The embedded PostgreSQL, while the lock of the services is held."""
    services.postgres.start()
    try:
        yield
    finally:
        connection.close()
        services.postgres.stop()
