"""The site: migrations, backups, keys, mail domain."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from config.backup import making, wal
from config.backup.errors import BackupError
from config.backup.manifest import Manifest, known
from config.backup.places import place
from config.env import Mode
from mail.domain import check_domain
from mail.enums import Stream
from mail.providers import providers_of
from operations.components.records import Finding
from operations.enums import State

#: A backup is made each night.
OLD: Final = timedelta(hours=36)
#: Segments are shipped each minute, one or two at once.
SEGMENTS: Final = 10


def migrations() -> Finding:
    """Whether the database has the schema of this code. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return Finding(name="migrations", detail="All are applied.")
    return Finding(
        name="migrations",
        state=State.DOWN,
        detail=f"{len(waiting)} are not applied, the first is {waiting[0][0]}.",
        remedy="python manage.py prepare",
    )


def backups() -> Finding:
    """Whether there is a fresh backup, and the log is shipped."""
    if not settings.BACKUP_TO:
        state = State.DEGRADED if settings.MODE is Mode.PRODUCTION else State.OFF
        return Finding(
            name="backups", state=state, detail="BACKUP_TO is not set.", remedy="See docs/backup.md."
        )
    try:
        to = place(settings.BACKUP_TO)
        found = known(to)
        newest = Manifest.read(to, found[-1], trust=True) if found else None
    except (BackupError, OSError) as error:
        return Finding(
            name="backups", state=State.DOWN, detail=str(error), remedy="See BACKUP_TO and its keys."
        )
    if newest is None or now() - newest.ended_at > OLD:
        return Finding(
            name="backups",
            state=State.DEGRADED,
            detail=f"The newest is of {newest.ended[:16]}." if newest else "There is none.",
            remedy="python manage.py backup; see whether beat and the worker of notify run.",
        )
    folder = making.spool()
    unshipped = wal.waiting(folder) if folder is not None else 0
    if unshipped > SEGMENTS:
        return Finding(
            name="backups",
            state=State.DEGRADED,
            detail=f"{unshipped} segments of the log wait to be shipped.",
            remedy="python manage.py backup --ship-log",
        )
    return Finding(name="backups", detail=f"The newest is {newest.id}.")


def mail_domain() -> Finding:
    """Whether mail of our domain is believed; asked in production, where mail leaves."""
    name = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ").lower()
    if settings.MODE is not Mode.PRODUCTION or "." not in name:
        return Finding(name="mail domain", state=State.OFF, detail=f"Mail of {name} stays here.")
    providers = sorted({one.name for stream in Stream for one in providers_of(stream)})
    found = check_domain(name, providers=providers, selectors=[], senders=[], now=now())
    if missing := [each.check for each in found if each.ok is False]:
        return Finding(
            name="mail domain",
            state=State.DEGRADED,
            detail=f"{name} lacks {', '.join(missing)}.",
            remedy=f"python manage.py check_mail_domain {name}",
        )
    return Finding(name="mail domain", detail=f"{name} is set up.")
