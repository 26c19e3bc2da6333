"""Whatever is done to the log by SQL without its triggers is found, and the first bad number named."""

import json
import tempfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import hashing
from audit.enums import Action
from audit.models import Entry, Link
from audit.services import chain, record, verify, write_checkpoint
from audit.services.verifying import ENTRY_BYTES, Report
from tests.audit.tampering import tamper

pytestmark = pytest.mark.django_db
COUNT = 6
#: Statements by what they do to link `{n}` and its entry `{e}`.
ATTACKS = {
    **{f"{column} changed": f"UPDATE audit_entry SET {column} = 'x' WHERE id = '{{e}}'"
       for column in ("action", "actor", "target", "before", "after", "request_id", "note_hash", "seal")},
    "moment changed": "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = '{e}'",
    "id changed": "UPDATE audit_entry SET id = gen_random_uuid() WHERE id = '{e}'",
    "taken for imported": "UPDATE audit_entry SET is_chained = false WHERE id = '{e}'",
    "entry removed": "DELETE FROM audit_entry WHERE id = '{e}'",
    "link removed": "DELETE FROM audit_link WHERE number = {n}",
    "both removed": "DELETE FROM audit_entry WHERE id = '{e}'; DELETE FROM audit_link WHERE number = {n}",
    "swapped": "UPDATE audit_entry a SET after = b.after, at = b.at, seal = b.seal FROM audit_entry b WHERE (a.id, b.id) IN (('{e}', '{f}'), ('{f}', '{e}'))",
    "numbers swapped": "UPDATE audit_link SET number = -number WHERE number IN ({n}, {m}); UPDATE audit_link SET number = {n} + {m} + number WHERE number < 0",
    "link's hash changed": "UPDATE audit_link SET hash = repeat('a', 64) WHERE number = {n}",
    "entry's hash changed": "UPDATE audit_link SET entry_hash = repeat('a', 64) WHERE number = {n}",
}  # fmt: skip


def write(count: int = COUNT) -> list[Entry]:
    """So many chained entries."""
    entries = [
        record(None, Action.PAUSED, target="sources.source:1", after={"place": n}) for n in range(count)
    ]
    chain()
    return entries


def checked(path: Path = Path("/nonexistent")) -> Report:
    return verify(checkpoints=path)


def inserted(**fields: object) -> None:
    """Insert a row by SQL, with the triggers."""
    row = Entry(action="source.paused", actor="system:clock", target="x", seal="0" * 64, **fields)
    row.save(force_insert=True)


def test_an_untouched_log_holds():
    write()
    report = checked()
    assert (report.ok, report.entries, report.links, report.first_bad) == (True, COUNT, COUNT, None)
    assert report.head == Link.objects.get(number=COUNT).hash


@settings(max_examples=60)
@given(
    attack=st.sampled_from(sorted(ATTACKS)), place=st.integers(0, COUNT - 1), step=st.integers(1, COUNT - 1)
)
def test_any_single_change_is_found_where_it_is(attack, place, step):
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        entries, path, other = write(), Path(folder, "checkpoints"), (place + step) % COUNT
        write_checkpoint(path)
        tamper(ATTACKS[attack].format(n=place + 1, m=other + 1, e=entries[place].id, f=entries[other].id))
        report = checked(path)
        transaction.set_rollback(True)
    assert not report.ok
    assert report.first_bad == (min(place, other) if "swapped" in attack else place) + 1


@pytest.mark.parametrize("is_chained", [True, False])
def test_an_inserted_row_is_found_before_and_after_chaining(is_chained):
    write()
    inserted(is_chained=is_chained)
    assert checked().problems["seal wrong"] == 1
    chain()
    assert checked().problems["seal wrong"] == 1
    assert Link.objects.count() == COUNT


def test_a_removed_tail_is_found_by_the_checkpoint(tmp_path):
    entries = write()
    write_checkpoint(tmp_path / "c")
    tamper(
        f"DELETE FROM audit_entry WHERE id = '{entries[-1].id}'",
        f"DELETE FROM audit_link WHERE number = {COUNT}",
    )
    assert checked().ok
    report = checked(tmp_path / "c")
    assert (report.first_bad, dict(report.problems)) == (COUNT, {"tail missing": 1})


def test_a_chain_made_anew_is_found_by_the_checkpoint(tmp_path):
    entries = write()
    write_checkpoint(tmp_path / "c")
    waiting = f"INSERT INTO audit_unchained SELECT id FROM audit_entry WHERE id <> '{entries[0].id}'"
    tamper("DELETE FROM audit_link", f"DELETE FROM audit_entry WHERE id = '{entries[0].id}'", waiting)
    chain()
    write(1)
    assert checked().ok
    assert checked(tmp_path / "c").problems["chain rewritten"] == 1


def test_a_checkpoint_written_by_another_is_found(tmp_path):
    write()
    write_checkpoint(tmp_path / "c")
    (tmp_path / "c").write_text((tmp_path / "c").read_text().replace(f'"number":{COUNT}', '"number":2'))
    assert checked(tmp_path / "c").problems["checkpoint changed"] == 1
    (tmp_path / "c").write_text("{}\n")
    assert checked(tmp_path / "c").problems == {"checkpoint unreadable": 1}


def test_a_checkpoint_is_written_when_the_chain_has_grown(tmp_path):
    assert write_checkpoint(tmp_path / "new" / "c") is None
    write(2)
    assert write_checkpoint(tmp_path / "new" / "c").number == 2
    assert write_checkpoint(tmp_path / "new" / "c") is None


def test_an_entry_that_was_never_chained_is_found():
    record(None, Action.PAUSED, target="x")
    tamper("DELETE FROM audit_unchained")
    chain()
    assert checked().waiting == 1
    assert verify(checkpoints=Path("/nonexistent"), now=now() + timedelta(hours=1)).problems == {
        "entry unchained": 1
    }


def test_a_trigger_that_was_switched_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
    assert checked().reported == ["trigger missing: audit_entry_append_only"]


def test_a_note_may_go_without_harm():
    record(None, Action.VERDICT, target=f"events.event:{uuid4()}", note="free text")
    chain()
    tamper("DELETE FROM audit_note")
    assert checked().ok


def test_the_bytes_in_sql_are_those_in_python():
    entries = write()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ENTRY_BYTES} FROM audit_entry e ORDER BY at, id")
        assert [row[0].encode() for row in cursor.fetchall()] == [hashing.entry_bytes(one) for one in entries]


def reported(path: Path) -> tuple[int, dict]:
    out, code = StringIO(), 0
    try:
        call_command("verify_log", checkpoints=path, stdout=out, stderr=StringIO())
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(out.getvalue().splitlines()[-1])


def test_the_command_ends_with_json_and_its_exit(tmp_path):
    entries = write()
    code, report = reported(tmp_path / "c")
    assert (code, report["ok"], report["entries"]) == (0, True, COUNT)
    tamper(f"UPDATE audit_entry SET actor = 'system:other' WHERE id = '{entries[2].id}'")
    code, report = reported(tmp_path / "c")
    assert (code, report["ok"], report["first_bad"], report["problems"]) == (
        1,
        False,
        3,
        {"entry changed": 1},
    )
