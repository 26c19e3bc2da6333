"""The files of photos that readers see: written, addressed, and deleted.

They lie in the storage `photos`, that of pictures with a shorter life in caches, since a photo may be taken back.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction

from events.folders import folders_of
from galleries.models import Photo
from pipeline import patterns

if TYPE_CHECKING:
    from events.pictures import Picture

log = structlog.get_logger(__name__)

FOLDER: Final = "photos"
#: `xx/TOKEN-WIDTH.FORMAT`, below the folder.
NAME: Final = patterns.compile(r"[0-9a-f]{2}/([0-9a-f]{32})-\d{1,4}\.(avif|webp)")
#: A younger file may belong to a row that is still being written.
_YOUNG: Final = timedelta(hours=1)


def storage() -> Storage:
    """Where they lie."""
    return storages["photos"]


def write(picture: "Picture") -> tuple[str, list[dict[str, Any]]]:
    """Store the renditions under a new name that nobody can guess. Returns the token and the value of `Photo.files`."""
    token, files = secrets.token_hex(16), []
    for one in picture.renditions:
        name = f"{FOLDER}/{token[:2]}/{token}-{one.width}.{one.format}"
        storage().save(name, ContentFile(one.content))
        files.append({"format": one.format, "width": one.width, "height": one.height, "name": name})
    return token, files


def delete_after_commit(rows: Iterable[Photo]) -> None:
    """Delete the files of these rows once the transaction is committed. What then fails is deleted by `forget_files` within a day."""
    names = [file["name"] for row in rows for file in row.files]
    if names:
        transaction.on_commit(lambda: delete(names), robust=True)


def delete(names: Iterable[str]) -> None:
    """Delete files, each whatever became of the others."""
    for name in names:
        try:
            storage().delete(name)
        except Exception as error:
            # a bucket raises its client's own errors; the others are deleted all the same, and this one by `forget_files`
            log.warning("photo_not_deleted", error=type(error).__name__)


def forget_files(*, now: datetime, dry: bool = False) -> int:
    """Delete files that no photo refers to. Returns how many; with `dry` it only counts."""
    count, kept = 0, storage()
    for prefix in folders_of(kept, FOLDER):
        names = kept.listdir(f"{FOLDER}/{prefix}")[1]
        tokens = {found[1] for name in names if (found := NAME.fullmatch(f"{prefix}/{name}"))}
        used = set(Photo.objects.filter(token__in=tokens).values_list("token", flat=True))
        for name in names:
            path, found = f"{FOLDER}/{prefix}/{name}", NAME.fullmatch(f"{prefix}/{name}")
            if found and found[1] not in used and kept.get_modified_time(path) < now - _YOUNG:
                count += 1
                if not dry:
                    delete([path])
    return count
