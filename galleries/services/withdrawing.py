"""Who gave a photo takes it back: the row, the files and what moderators saw of it go at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from galleries.models import Photo
from galleries.services.announcing import announce, standing
from galleries.services.files import delete_after_commit
from moderation.enums import ReviewKind
from moderation.services import forget_evidence


def withdraw(photo_id: UUID, *, by: User) -> None:
    """Delete a photo of one's own. Raises Photo.DoesNotExist."""
    with transaction.atomic():
        delete_all([Photo.objects.select_for_update(of=("self",)).get(pk=photo_id, user=by)])


def delete_all(rows: Sequence[Photo]) -> None:
    """Delete photos with their files, and what moderators see of them. Needs a transaction."""
    pks = [row.pk for row in rows]
    forget_evidence(ReviewKind.PHOTO, pks)
    delete_after_commit(rows)
    announce(*map(standing, rows))
    Photo.objects.filter(pk__in=pks).delete()
