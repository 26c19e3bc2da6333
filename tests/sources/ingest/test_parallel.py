"""Batches refined in other processes are recorded as if refined in this one."""

import os
import signal
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from pipeline.contract.draft import Draft
from pipeline.refinement import guarded_step, pipeline
from sources.ingest import parallel
from sources.ingest.parallel import Batch, refined_ahead
from tests.pipeline.refinement.steps.make import raw


def batches(count: int, asked: list[int]) -> Iterator[Batch]:
    for number in range(count):
        asked.append(number)
        yield Batch(items=[number])  # type: ignore[list-item]


def who_and_what(batch: Batch) -> tuple[list[Draft], Mapping[str, Any], None]:
    """The number of the batch, the process, and the database's state there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [], {"batch": batch.items[0], "process": os.getpid(), "backend": cursor.fetchone()[0]}, None


@pytest.mark.django_db(transaction=True)
def test_later_batches_are_refined_in_other_processes_with_connections_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parallel, "usable", lambda: 2)
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


def fatal(*deadly: int) -> Any:
    """A refinement that ends its process for batches with one of these records."""

    def refine(batch: Batch) -> tuple[list[Draft], Mapping[str, Any], None]:
        if any(item.number in deadly for item in batch.items):  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGKILL)
        return [pipeline.dead_letter(item.record, "") for item in batch.items], {}, None

    return refine


def numbered(*batches: range) -> list[Batch]:
    def item(number: int) -> Any:
        return SimpleNamespace(number=number, identity=(str(number), ""), record=raw(external_id=str(number)))

    return [Batch(items=[item(number) for number in numbers]) for numbers in batches]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("careful", [True, False])
def test_the_one_record_that_ends_its_process_is_found_and_a_dead_letter(careful: bool) -> None:
    given = (
        numbered(range(0), range(40), range(40, 45)) if not careful else numbered(range(40), range(40, 45))
    )
    answers = [drafts for _, (drafts, _, _) in refined_ahead(given, fatal(17), fatal(17), careful=careful)]
    dropped = {draft.raw.external_id: draft.dropped for drafts in answers for draft in drafts}
    assert len(dropped) == 45
    assert {number: why for number, why in dropped.items() if why} == {"17": "ended its process in refining"}


@pytest.mark.django_db(transaction=True)
def test_children_that_end_whatever_they_are_given_fail_the_run() -> None:
    with pytest.raises(guarded_step.StepBroken, match="More than 20 records of one run ended"):
        list(refined_ahead(numbered(range(30)), fatal(*range(30)), fatal(*range(30)), careful=True))
