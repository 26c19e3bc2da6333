"""Moderators are asked: about words, about answers, and about lots. By the clock, so that a review that failed is filed the next time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, Q

from events.things import Thing, ThingKind, lock
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews
from ratings.enums import LotReason, RatingState
from ratings.models import Answer, Lot, Rating
from ratings.services.words import doubts

#: A lot takes what comes within so long, then it is asked about.
LOT_OPEN: Final = timedelta(hours=1)
#: So many that count and that nobody looked at become a lot.
GATHERED: Final = 12
BATCH: Final = 200
_PRIORITY, _LOT_PRIORITY = 10, 25


def ask(*, now: datetime) -> int:
    """File a review for each text and answer that waits and was not asked about, and for each lot that is complete. Returns how many."""
    unasked = Q(state=RatingState.WAITING) & ~Q(asked_version=F("version"))
    texts = Rating.objects.filter(unasked, lot=None).exclude(text="").select_related("event", "place")
    answers = Answer.objects.filter(unasked).select_related("rating__event", "rating__place")
    rows: list[Rating | Answer] = [
        *texts.order_by("updated_at")[:BATCH],
        *answers.order_by("updated_at")[:BATCH],
    ]
    with transaction.atomic():
        file_reviews(filing_of(row, reasons=doubts(row.text, row.language)) for row in rows)
        for row in rows:
            type(row)._default_manager.filter(pk=row.pk, version=row.version).update(
                asked_version=row.version
            )
    full = Lot.objects.filter(asked_at=None, opened_at__lte=now - LOT_OPEN).select_related("event", "place")
    lots = list(full[:BATCH])
    for lot in lots:
        _ask_about(lot, now=now)
    return len(rows) + len(lots)


def gather(*, now: datetime) -> int:
    """Put ratings that count, and that nobody looked at, into lots. Returns how many lots."""
    unseen = Rating.objects.filter(state=RatingState.SHOWN, is_vouched=False, lot=None)
    many = unseen.values("event", "place").annotate(found=Count("pk")).filter(found__gte=GATHERED)
    made = 0
    for event_id, place_id in many.values_list("event", "place")[:BATCH]:
        thing = Thing(ThingKind.EVENT, event_id) if event_id else Thing(ThingKind.PLACE, place_id)
        here = {thing.column + "_id": thing.id}
        with transaction.atomic():
            lock(thing)
            if Lot.objects.filter(asked_at=None, **here).exists():
                continue  # the burst is judged first
            lot = Lot.objects.create(reason=LotReason.GATHERED.value, opened_at=now - LOT_OPEN, **here)
            unseen.filter(**here).update(lot=lot)
        made += 1
    return made


def filing_of(row: Rating | Answer, *, reasons: tuple[str, ...] = (), priority: int = _PRIORITY) -> Filing:
    """The question about one text, with the words as they are."""
    rating = row.rating if isinstance(row, Answer) else row
    said = f"{rating.stars} of 5, {_BASES[rating.basis]}"
    evidence = {
        "what": "answer" if isinstance(row, Answer) else "rating",
        "version": row.version,
        "text": row.text,
        "said": said,
        "of": rating.text if isinstance(row, Answer) else "",
        **_subject(rating),
    }
    why = reasons or (
        "a team answers to a rating" if isinstance(row, Answer) else "somebody rates with words",
    )
    return _filing(rating, row.pk, evidence, why, priority)


def _ask_about(lot: Lot, *, now: datetime) -> None:
    with transaction.atomic():
        held = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        if held.asked_at is not None:
            return
        rows = list(lot.ratings.all())
        held.asked_at = now
        held.decided_at = None if rows else now
        held.save(update_fields=["asked_at", "decided_at"])
        if not rows:
            return
        evidence = {"what": "lot", "version": 1, **_counts(rows), **_subject(lot)}
        why = (
            f"{len(rows)} ratings within a day"
            if lot.reason == LotReason.BURST
            else f"{len(rows)} ratings that nobody looked at"
        )
        file_reviews([_filing(lot, lot.pk, evidence, (why,), _LOT_PRIORITY)])


def _counts(rows: Iterable[Rating]) -> dict[str, Any]:
    """What a moderator sees of a lot: how many of each kind. No words: those of who takes them back would stay."""
    listed = list(rows)
    networks = Counter(row.network for row in listed)
    return {
        "count": len(listed),
        "stars": [[stars, sum(row.stars == stars for row in listed)] for stars in range(5, 0, -1)],
        "bases": [[_BASES[basis], count] for basis, count in Counter(row.basis for row in listed).items()],
        "networks": len(networks),
        "most_of_one": max(networks.values(), default=0),
        "new_accounts": sum(row.user.date_joined > row.updated_at - timedelta(days=7) for row in listed),
        "with_words": sum(bool(row.text) for row in listed),
    }


_BASES: Final = {"checked_in": "checked in", "registered": "registered", "says": "says that they were there"}


def _subject(row: Rating | Lot) -> dict[str, str]:
    """What it is of, for the link of the panel."""
    return {"event": str(row.event_id or ""), "place": str(row.place_id or "")}


def _filing(
    row: Rating | Lot, object_id: Any, evidence: dict[str, Any], reasons: tuple[str, ...], priority: int
) -> Filing:
    event, place = row.event, row.place
    return Filing(
        kind=ReviewKind.RATING, object_id=object_id, title=event.title if event else str(place.name if place else ""),
        evidence=evidence, reasons=reasons, city_id=event.city_id if event else place.city_id if place else None, priority=priority,
    )  # fmt: skip
