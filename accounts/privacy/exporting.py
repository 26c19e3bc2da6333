"""Makes a zip of everything that is kept about a person: JSON files by part, a readme, the picture."""

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from accounts import news
from accounts.actions import Action, record_action, target_of
from accounts.granting import require_over
from accounts.models import DataExport, User
from accounts.privacy.parts.account import EXPORT_KEPT
from accounts.privacy.person import Person
from accounts.privacy.registry import Part, parts
from accounts.rights import Actor, is_person, require
from accounts.signals import export_asked, export_made

log = structlog.get_logger(__name__)

RIGHT: Final = "accounts.export_user"
#: Seconds for which a link to the zip works.
LINK_SECONDS: Final = 600
_SALT: Final = "accounts.privacy.export"


class ExportState(StrEnum):
    """How far an export is."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"


class LinkRefused(Exception):
    """The link is not ours, is too old, or its zip is gone."""


def ask_for_export(user: User, *, by: Actor) -> DataExport:
    """Have a zip made of everything about a person; while one waits, this is the same wish.

    A finished one is replaced. The log gets an entry; after the commit a task makes the zip. Raises
    RightMissing where `by` is neither the person nor somebody with the right.
    """
    _check(user, by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        export = DataExport.objects.filter(user=user).first()
        if export is None or export.made_at is not None:
            DataExport.objects.filter(user=user).delete()
            export = DataExport.objects.create(user=user)
            record_action(by, Action.PERSONAL_DATA_EXPORTED, target=target_of(user))
        pk = export.pk
        transaction.on_commit(lambda: export_asked.send_robust(sender=DataExport, export_id=pk))
    return export


def make_export(export_id: UUID) -> bool:
    """Make the zip of a wish, and tell the person: by `user:me` here, by mail through a receiver.

    May run twice: only the first one's zip is stored. Returns whether this call stored it.
    """
    export = DataExport.objects.select_related("user").filter(pk=export_id, made_at=None).first()
    if export is None:
        return False
    content = zip_of(export.user)
    export.content, export.size, export.made_at = base64.b64encode(content).decode(), len(content), now()
    values = {"content": export.content, "size": export.size, "made_at": export.made_at}
    with transaction.atomic():
        if not DataExport.objects.filter(pk=export_id, made_at=None).update(**values):
            return False
        news.export_ready(export.user_id, export.pk)
        transaction.on_commit(lambda: export_made.send_robust(sender=DataExport, user_id=export.user_id))
    return True


def waiting() -> list[UUID]:
    """Wishes without a zip, the oldest first."""
    return list(DataExport.objects.filter(made_at=None).order_by("asked_at").values_list("pk", flat=True))


def state_of(user: User) -> tuple[ExportState, DataExport | None]:
    """How far the person's export is; the zip is not read."""
    export = DataExport.objects.defer("content").filter(user=user).first()
    if export is None or (export.made_at and export.made_at < now() - EXPORT_KEPT):
        return ExportState.NONE, None
    return (ExportState.READY if export.made_at else ExportState.WAITING), export


def token_for(export: DataExport) -> str:
    """The part of a link that downloads the zip for LINK_SECONDS. Make it only after a fresh password."""
    return signing.dumps(str(export.pk), salt=_SALT)


def zip_by(token: str) -> bytes:
    """The zip of a link. Raises LinkRefused."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
        export = DataExport.objects.get(Q(made_at__gte=now() - EXPORT_KEPT), pk=pk, user__is_active=True)
    except (signing.BadSignature, DataExport.DoesNotExist) as error:
        raise LinkRefused from error
    return base64.b64decode(export.content)


def export_now(user: User, *, by: Actor) -> bytes:
    """The zip at once, for an operator who answers a letter. The log gets an entry. Raises RightMissing."""
    _check(user, by)
    record_action(by, Action.PERSONAL_DATA_EXPORTED, target=target_of(user))
    return zip_of(user)


def zip_of(user: User) -> bytes:
    """Everything that all parts export, a JSON file each, with a readme and the picture."""
    person = Person.of(user)
    told = [(part, _plain(part.export(person))) for part in parts()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(person, [part for part, _ in told]))
        for part, rows in told:
            archive.writestr(_file_of(part), json.dumps(rows, indent=2, ensure_ascii=False))
            for name, content in part.files(person):
                archive.writestr(f"{PurePosixPath(_file_of(part)).stem}/{name}", content)
        if person.picture and default_storage.exists(person.picture):
            with default_storage.open(person.picture) as picture:
                archive.writestr(f"picture{PurePosixPath(person.picture).suffix}", picture.read())
    return buffer.getvalue()


def _check(user: User, by: Actor) -> None:
    if not (is_person(by) and by.pk == user.pk):
        require(by, RIGHT)
        require_over(by, user)


def _file_of(part: Part) -> str:
    return f"{part.name.replace(' ', '-')}.json"


def _readme(person: Person, told: list[Part]) -> str:
    lines = [
        f"What {settings.SITE_NAME} ({settings.SITE_URL}) keeps about {person.all_addresses[0]}.",
        f"Made {now().astimezone(UTC):%Y-%m-%d %H:%M} UTC. Times are in UTC. Files are JSON (RFC 8259) in UTF-8.",
        "",
    ]
    for part in told:
        lines += [f"{_file_of(part)}", f"  What: {part.holds}.", f"  Why: {part.purpose}.", ""]
    lines += [
        "picture.*",
        "  Your picture, if you have one.",
        "",
        f"Your rights: {settings.SITE_URL}/privacy/",
        "",
    ]
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    """JSON's own types of any rows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)
