"""What a moderator decided about photos is carried out, once."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock

from galleries.enums import PhotoState
from galleries.models import Photo, TakenDown
from galleries.services.announcing import announce, standing
from galleries.services.files import delete_after_commit
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.models import Decision, Review

#: Verdicts of the last while are carried out again, which changes nothing where they were.
_LOOKED_BACK: Final = timedelta(minutes=30)
_VERDICTS: Final = (Verdict.GRANT, Verdict.REFUSE)


def apply_verdict(photo_id: UUID, verdict: Verdict, *, reason: str = "", now: datetime | None = None) -> bool:
    """Pass a photo that waits, or take it away wherever it is. Says whether it changed something.

    What is refused loses its files; its hashes are kept without who gave it, so that it does not come again.
    """
    with transaction.atomic():
        row = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
        if row is None:
            return False
        if verdict == Verdict.GRANT:
            return bool(
                Photo.objects.filter(pk=row.pk, state=PhotoState.WAITING).update(state=PhotoState.PASSED)
            )
        if row.state == PhotoState.REFUSED:
            return False
        TakenDown.objects.get_or_create(
            pixel_hash=row.pixel_hash,
            defaults={"look": row.look, "reason": reason[:300], "at": now or clock()},
        )
        delete_after_commit([row])
        row.state, row.content, row.files, row.token = PhotoState.REFUSED, None, [], ""
        row.save(update_fields=["state", "content", "files", "token"])
        announce(standing(row))
    return True


def settle(*, now: datetime) -> int:
    """Carry out verdicts of which the signal was lost: on what still waits, and on what was reported. Returns how many."""
    waiting = Photo.objects.filter(state=PhotoState.WAITING, asked_at__isnull=False).values("pk")
    unsure = Q(object_id__in=waiting) | Q(decided_at__gte=now - _LOOKED_BACK)
    decided = Review.objects.filter(unsure, kind=ReviewKind.PHOTO, state=ReviewState.DECIDED)
    last = {review.object_id: review.pk for review in decided.order_by("decided_at")}
    said = {
        row.review_id: row
        for row in Decision.objects.filter(review__in=last.values(), verdict__in=_VERDICTS).order_by("at")
    }
    return sum(
        apply_verdict(pk, Verdict(said[review].verdict), reason=said[review].note, now=now)
        for pk, review in last.items()
        if review in said
    )
