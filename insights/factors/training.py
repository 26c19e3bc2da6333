"""Trains the model, and gives new events their numbers."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from insights.factors import arrays
from insights.factors.pairing import pairs_of
from insights.models import EventFactors, EventPair, LearntModel
from insights.recommending.arrays import Floats, Ints
from insights.recommending.factors import FACTORS, FromContent, factorize

#: Numbers that are kept of a text's vector: its most telling directions (PCA).
DIMENSIONS: Final = 64
#: Directions are found by so many vectors at most, and so many new events are looked at at once.
_SAMPLED, _AT_ONCE = 20_000, 5_000
#: A direction in which vectors differ by less than this share of the first (as squares) is a rounding error.
_NOISE: Final = 1e-9

_NEW: Final = """
SELECT e.id, e.category_id, halfvec_send(v.embedding) FROM events_event e
LEFT JOIN events_eventvector v ON v.event_id = e.id LEFT JOIN insights_eventfactors f ON f.event_id = e.id
WHERE e.publication = 'approved' AND e.end_date >= %(today)s AND (f.event_id IS NULL OR f.model_at < %(model)s OR v.made_at > f.made_at)
ORDER BY e.created_at DESC LIMIT %(most)s
"""
_KEEP: Final = """
INSERT INTO insights_eventfactors (event_id, numbers, model_at, made_at)
SELECT n.event_id, n.numbers, %(model)s, %(now)s FROM insights_new_factors n JOIN events_event e ON e.id = n.event_id
ON CONFLICT (event_id) DO UPDATE SET numbers = excluded.numbers, model_at = excluded.model_at, made_at = excluded.made_at
"""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model in use."""

    made_at: datetime
    usual: Floats
    projection: Floats
    from_content: FromContent
    categories: dict[str, int]

    def numbers(self, vectors: Floats, categories: Sequence[str]) -> Floats:
        """The numbers of new events (rows × (dimensions + factors)), by their text and category."""
        about = _about(vectors, self.usual, self.projection)
        category = np.array([self.categories.get(one, -1) for one in categories], np.int64)
        return np.hstack([about, self.from_content.factors(arrays.items_of(about, category))])


def train(*, now: datetime, seed: int = 0, waits: bool = False) -> int:
    """Learn anew from the log and the events, and replace the model, the numbers of all events and the pairs at once.

    Runs again without harm; 0 where another process does so, unless it `waits` for that one. Returns how many events have numbers. Who
    withdrew is not in the log, and so in nothing that this keeps.
    """
    with transaction.atomic():
        if not _alone(waits=waits):
            return 0
        since = arrays.number_events(now=now)
        acts, people = arrays.read_acts(since)
        known = arrays.read_events()
        usual, projection = _directions(known.vectors, known.is_coming, seed)
        items = arrays.items_of(_about(known.vectors, usual, projection), known.category)
        factors, from_content = factorize(acts, items, people, seed=seed)
        said = {
            "usual": usual,
            "projection": projection,
            "weights": from_content.weights,
            "middle": from_content.usual,
        }
        LearntModel.objects.update_or_create(
            pk=LearntModel.ONLY,
            defaults={"made_at": now, "arrays": _packed(said), "categories": known.categories},
        )
        _keep(known.ids, np.hstack([items.about, _wide(factors)]), model=now, now=now)
        EventFactors.objects.filter(model_at__lt=now).delete()
        _keep_pairs(known.ids, pairs_of(acts, known.is_coming, people))
    return len(known.ids)


def add_new(*, now: datetime) -> int:
    """Give the events that have none, or whose text changed, their numbers by the model in use. Trains where there is no model. Returns how many."""
    learnt = model_in_use()
    if learnt is None:
        return train(now=now)
    with transaction.atomic():
        if not _alone():
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_NEW, {"today": now.date(), "model": learnt.made_at, "most": _AT_ONCE})
            rows = cursor.fetchall()
        if rows:
            vectors = arrays.vectors_of([row[2] for row in rows])
            numbers = learnt.numbers(vectors, [row[1] for row in rows])
            _keep([row[0] for row in rows], numbers, model=learnt.made_at, now=now)
    return len(rows)


def forget() -> int:
    """Delete the model and all that was learnt. Returns how many events had numbers."""
    with transaction.atomic():
        _alone(waits=True)
        EventPair.objects.all().delete()
        LearntModel.objects.all().delete()
        return EventFactors.objects.all().delete()[0]


def model_in_use() -> Learnt | None:
    """The model, None before the first training."""
    row = LearntModel.objects.filter(pk=LearntModel.ONLY).first()
    if row is None:
        return None
    with np.load(io.BytesIO(bytes(row.arrays)), allow_pickle=False) as said:
        from_content = FromContent(said["weights"], said["middle"])
        return Learnt(
            row.made_at,
            said["usual"],
            said["projection"],
            from_content,
            {one: at for at, one in enumerate(row.categories)},
        )


def _alone(*, waits: bool = False) -> bool:
    """Whether no other process trains or adds, until the transaction ends; with `waits` once none does any more."""
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('insights.factors', 0))")
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('insights.factors', 0))")
        (free,) = cursor.fetchone()
    return bool(free)


def _directions(vectors: Floats, is_coming: Ints, seed: int) -> tuple[Floats, Floats]:
    """The mean, and the directions (512 × dimensions) in which vectors differ most."""
    some = np.flatnonzero(vectors.any(axis=1))
    if len(some) > _SAMPLED:
        some = np.sort(np.random.default_rng(seed).choice(some, _SAMPLED, replace=False))
    known = vectors[some].astype(np.float64)
    usual = known.mean(axis=0) if len(known) else np.zeros(vectors.shape[1])
    known -= usual
    spread, directions = np.linalg.eigh(known.T @ known)
    # fewer vectors than dimensions: what is left is rounding errors, which differ from run to run
    directions = np.where(spread > _NOISE * spread[-1], directions, 0.0)
    return usual.astype(np.float32), directions[:, ::-1][:, :DIMENSIONS].astype(np.float32)


def _about(vectors: Floats, usual: Floats, projection: Floats) -> Floats:
    found = np.zeros((len(vectors), projection.shape[1]))
    some = np.flatnonzero(vectors.any(axis=1))
    for part in np.array_split(some, max(len(some) // 10_000, 1)):  # never all in full precision
        turned = (vectors[part].astype(np.float32) - usual) @ projection
        found[part] = turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
    return found


def _wide(factors: Floats) -> Floats:
    """As many columns as there are factors at most, so that all rows are alike."""
    return np.pad(factors, ((0, 0), (0, FACTORS - factors.shape[1])))


def _packed(said: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    said["weights"] = _wide(said["weights"])
    np.savez_compressed(file, **said)
    return file.getvalue()


def _keep(ids: Sequence[UUID], numbers: Floats, *, model: datetime, now: datetime) -> None:
    halves = numbers.astype("<f2")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE insights_new_factors (event_id uuid, numbers bytea) ON COMMIT DROP")
        with cursor.copy("COPY insights_new_factors FROM STDIN") as copy:
            for pk, row in zip(ids, halves, strict=True):
                copy.write_row((pk, row.tobytes()))
        cursor.execute(_KEEP, {"model": model, "now": now})
        cursor.execute("DROP TABLE insights_new_factors")


def _keep_pairs(ids: Sequence[UUID], pairs: Iterable[tuple[int, int, int]]) -> None:
    EventPair.objects.all().delete()
    EventPair.objects.bulk_create(
        (
            EventPair(event_id=ids[event], other_id=ids[other], people=people)
            for event, other, people in pairs
        ),
        batch_size=5_000,
    )
