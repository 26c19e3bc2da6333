"""What galleries keep about a person, for their export and erasure."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import NOBODY, Part, Retention, Rows
from galleries.models import Photo
from galleries.services.files import storage
from galleries.services.withdrawing import delete_all


def export(person: Person) -> Rows:
    """The photos, and what was said of them."""
    mine = Photo.objects.filter(user_id=person.id).order_by("created_at")
    return {
        "photos": list(
            mine.values(
                "id", "event_id", "event__title", "place_id", "place__name", "state", "alt", "credit", "language", "consent", "created_at",
            )
        )
    }  # fmt: skip


def files(person: Person) -> Iterator[tuple[str, bytes]]:
    """The photos themselves, as we keep them."""
    for row in Photo.objects.filter(user_id=person.id).order_by("created_at").iterator(chunk_size=10):
        if row.content is not None:
            yield f"{row.pk}.webp", bytes(row.content)
        widest = max(
            (file for file in row.files if file["format"] == "webp"),
            key=lambda file: file["width"],
            default=None,
        )
        if widest is not None and storage().exists(widest["name"]):
            with storage().open(widest["name"]) as file:
                yield f"{row.pk}.webp", file.read()


def erase(person: Person) -> int:
    """Delete the photos with their files."""
    with transaction.atomic():
        rows = list(Photo.objects.select_for_update(of=("self",)).defer("content").filter(user_id=person.id))
        if rows:
            delete_all(rows)
    return len(rows)


PART = Part(
    name=_("photos"),
    holds=_(
        "photos that you gave to events and venues, drawn anew without what the camera wrote into them, with what they show, the name that you "
        "wanted beside them, and which text you agreed to"
    ),
    purpose=_("to show events and venues to those who were not there"),
    models=frozenset({"galleries.Photo"}),
    export=export,
    files=files,
    erase=erase,
    stays=_("of what a moderator took down, hashes that name nobody"),
    retention=(Retention(what=_("photos, until you take them back"), period=lambda: None, task=NOBODY),),
)
