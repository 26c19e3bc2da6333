"""Decisions from before the log are imported as rows that are not chained, and bound by one entry that is."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps

from audit.enums import Action
from audit.models import Entry
from audit.services import chain, verify
from moderation.models import Decision
from tests.audit.tampering import tamper
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db
migration = importlib.import_module("moderation.migrations.0007_decisions_in_the_log")
EVENT = "00000000-0000-7000-8000-000000000001"


@pytest.fixture
def imported(monkeypatch) -> list[Entry]:
    monkeypatch.setattr(migration, "BATCH", 2)
    moderator = make_staff()
    for verdict, more in (
        ("approve", {"automatic": True, "events": [EVENT]}),
        ("reject", {"reason": "spam"}),
        ("undo", {}),
    ):
        by = None if more.get("automatic") else moderator
        Decision.objects.create(
            object_id=EVENT,
            verdict=verdict,
            by=by,
            at=NOW,
            note="free text",
            after={"publication": "rejected"},
            **more,
        )
    migration.import_decisions(apps, None)
    chain()
    return list(Entry.objects.filter(is_chained=False).order_by("id"))


def problems() -> dict[str, int]:
    return dict(verify(checkpoints=Path("/nonexistent")).problems)


def test_old_decisions_are_entries_that_are_not_chained(imported):
    assert {entry.action for entry in imported} == {
        Action.VERDICTS_BY_RULES,
        Action.VERDICT,
        Action.VERDICT_UNDONE,
    }
    assert {entry.actor.partition(":")[0] for entry in imported} == {"system", "accounts.user"}
    assert all("free text" not in entry.after and entry.at == NOW for entry in imported)
    assert (problems(), verify(checkpoints=Path("/nonexistent")).unchained) == ({}, 3)


def test_they_are_imported_once(imported):
    migration.import_decisions(apps, None)
    assert Entry.objects.count() == 4


@pytest.mark.parametrize(
    "attack",
    ["DELETE FROM audit_entry WHERE id = '{}'", "UPDATE audit_entry SET actor = 'x' WHERE id = '{}'"],
)
def test_a_changed_or_removed_one_is_found(imported, attack):
    tamper(attack.format(imported[1].pk))
    assert problems()["imported rows changed"] == 1
