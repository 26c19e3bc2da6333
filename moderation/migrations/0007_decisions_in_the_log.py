"""Decisions from before the log stand in it as rows that are not chained; one chained entry binds them all."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from django.db import migrations

from audit import hashing, values
from audit.records import Word

BATCH = 1_000


def import_decisions(apps: Any, _schema_editor: Any) -> None:
    """Once: an installation that has imported rows keeps them as they are."""
    entries = apps.get_model("audit", "Entry").objects
    if entries.filter(is_chained=False).exists():
        return
    people: dict[Any, str] = {}
    batch: list[Any] = []
    for decision in apps.get_model("moderation", "Decision").objects.order_by("at", "id").iterator(BATCH):
        batch.append(_imported(apps, decision, people))
        if len(batch) == BATCH:
            entries.bulk_create(batch)
            batch = []
    entries.bulk_create(batch)
    _bind(apps, entries.filter(is_chained=False).order_by("id").iterator(BATCH))


def _imported(apps: Any, decision: Any, people: dict[Any, str]) -> Any:
    told = {"decision": decision.pk, "verdict": Word(decision.verdict), "object": decision.object_id}
    if decision.reason:
        told["reason"] = Word(decision.reason)
    if decision.automatic:
        action, target = "review.verdicts_by_rules", f"sources.source:{decision.object_id}"
        told |= values.digest(decision.events)
    else:
        action = "review.verdict_undone" if decision.verdict == "undo" else "review.verdict"
        target = f"moderation.review:{decision.review_id}" if decision.review_id else f"events.event:{decision.object_id}"
    return _sealed(
        apps, at=decision.at, action=action, actor=_actor(apps, decision, people), target=target, is_chained=False,
        before=_json(_state(decision.before)), after=_json(told | _state(decision.after)),
    )  # fmt: skip


def _actor(apps: Any, decision: Any, people: dict[Any, str]) -> str:
    """The person's pseudonym. One whose account is gone already was never named in the log."""
    if decision.by_id is None:
        return "system:pipeline" if decision.automatic else "anonymous"
    if decision.by_id not in people:
        pseudonym, _ = apps.get_model("audit", "Pseudonym").objects.get_or_create(
            subject=f"accounts.user:{decision.by_id}", defaults={"key": secrets.token_hex(32)}
        )
        people[decision.by_id] = f"accounts.user:{pseudonym.pk}"
    return people[decision.by_id]


def _bind(apps: Any, imported: Iterator[Any]) -> None:
    """The chained entry with the number of the rows and the hash over their hashes."""
    whole, count = hashlib.sha256(), 0
    for entry in imported:
        whole.update(hashing.entry_hash(entry).encode())
        count += 1
    if count:
        _sealed(
            apps, action="log.imported", actor="system:command", target="moderation.decision", before="{}",
            after=_json({"count": count, "rows": Word(whole.hexdigest())}),
        ).save(force_insert=True)  # fmt: skip


def _sealed(apps: Any, **fields: Any) -> Any:
    entry = apps.get_model("audit", "Entry")(**fields)
    entry.seal = hashing.seal(hashing.entry_bytes(entry))
    return entry


def _state(told: dict[str, Any]) -> dict[str, Any]:
    words = {"publication", "other", "survivor"}
    return {name: Word(str(value)) if name in words else value for name, value in told.items()}


def _json(told: dict[str, Any]) -> str:
    return values.as_json(told, key=values.installation_key("texts"), refer=str)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0006_reviews_of_several_cities"), ("audit", "0002_append_only")]

    operations = [migrations.RunPython(import_decisions, migrations.RunPython.noop)]
