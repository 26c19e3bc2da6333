"""Whom we erased, kept beside the backups for as long as one of them holds the person, and applied again after a restore.

The note is a holder of copies (accounts.privacy.registry): an erasure is done only when it is written, and is tried again until then.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.timezone import now

from accounts.models import Erasure
from accounts.privacy.erasing import carry_out
from accounts.privacy.person import Person
from accounts.privacy.registry import Holder, parts
from config.backup import keys
from config.backup.errors import BackupError
from config.backup.places import Place, place
from config.backup.streams import sealed, unsealed

FOLDER: Final = "erasures/"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
#: A note is small; a longer one is none.
_LONGEST: Final = 2**20


def backup_holder() -> Holder:
    """The holder that notes each erasure in BACKUP_TO."""
    return Holder(name="backups", holds="backups that were made before", tell=_note)


def apply_again(place: Place, identity: str) -> int:
    """Erase again whom we erased before, and whose erasure was under way. Returns how many people.

    Raises BackupError where a part fails.
    """
    for person in _people(place, identity):
        Erasure.objects.get_or_create(person_id=person.id, defaults={"person": person.to_json()})
    Erasure.objects.update(claimed_until=None)
    wishes = list(Erasure.objects.order_by("asked_at"))
    for erasure in wishes:
        if not carry_out(erasure.pk) and _is_left(erasure):
            raise BackupError(
                "A person who was erased is not yet erased again: see the log, then run this again"
            )
    return len(wishes)


def forget(place: Place, *, before: datetime) -> int:
    """Delete notes from before the oldest backup, which no longer holds anybody of them. Returns how many."""
    old = [name for name in place.sizes(FOLDER) if name.removeprefix(FOLDER) < before.strftime(_STAMP)]
    for name in old:
        place.delete(name)
    return len(old)


def _note(person: Person) -> None:
    name = f"{FOLDER}{now().strftime(_STAMP)}-{person.id.hex}.age"
    content = sealed(io.BytesIO(person.to_json().encode()), keys.recipients())
    place(settings.BACKUP_TO).put(name, content)


def _people(place: Place, identity: str) -> Iterator[Person]:
    for name in sorted(place.sizes(FOLDER)):
        with place.get(name) as content:
            yield Person.from_json(unsealed(content, identity).read(_LONGEST).decode())


def _is_left(erasure: Erasure) -> bool:
    """Whether a part of the database still holds the person; holders outside were told before and may be away."""
    left = Erasure.objects.filter(pk=erasure.pk).values_list("done", flat=True).first()
    return left is not None and not {part.name for part in parts()} <= set(left)
