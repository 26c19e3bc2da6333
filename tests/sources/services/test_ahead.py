"""Batches refined by other processes are recorded as if this one had refined them."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection

from sources.records import Draft
from sources.services.processing import ahead
from sources.services.processing.ahead import Batch, refined_ahead


def batches(count: int, asked: list[int]) -> Iterator[Batch]:
    for number in range(count):
        asked.append(number)
        yield Batch(items=[number])  # type: ignore[list-item]


def who_and_what(batch: Batch) -> tuple[list[Draft], Mapping[str, Any], None]:
    """The number of the batch, the process, and what the database says there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [], {"batch": batch.items[0], "process": os.getpid(), "backend": cursor.fetchone()[0]}, None


@pytest.mark.django_db(transaction=True)
def test_later_batches_are_refined_in_other_processes_with_connections_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "usable", lambda: 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]
        answers = [counts for _, (_, counts, _) in refined_ahead(batches(4, []), who_and_what, who_and_what)]
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] == ours
    assert [answer["batch"] for answer in answers] == [0, 1, 2, 3]
    assert answers[0]["process"] == os.getpid()
    assert answers[0]["backend"] == ours
    assert {answer["process"] for answer in answers[1:]}.isdisjoint({os.getpid()})
    assert {answer["backend"] for answer in answers[1:]}.isdisjoint({ours})


@pytest.mark.django_db
def test_within_a_transaction_all_is_refined_here() -> None:
    answers = [counts for _, (_, counts, _) in refined_ahead(batches(3, []), who_and_what, who_and_what)]
    assert {answer["process"] for answer in answers} == {os.getpid()}


@pytest.mark.django_db(transaction=True)
def test_a_run_of_one_batch_asks_no_other_process() -> None:
    ((batch, (_, counts, _)),) = refined_ahead(batches(1, []), who_and_what, who_and_what)
    assert counts["process"] == os.getpid()
    assert batch.items == [0]  # type: ignore[comparison-overlap]


@pytest.mark.django_db
def test_nothing_to_refine() -> None:
    assert list(refined_ahead(iter([]), who_and_what, who_and_what)) == []


@pytest.mark.django_db
def test_not_all_batches_are_read_before_the_first_is_recorded() -> None:
    asked: list[int] = []
    stream = refined_ahead(batches(9, asked), who_and_what, who_and_what)
    next(stream)
    assert asked == [0]
    next(stream)
    assert len(asked) < 5
    stream.close()  # type: ignore[attr-defined]
