"""Rows are read once for all shared responses of a process, and anew after a change of their topic."""

from collections.abc import Callable, Iterator

import pytest

from outbox.renderings import changed as outbox
from outbox.renderings import kept, rows
from outbox.renderings.changed import Changed
from outbox.renderings.rows import KeptRows
from outbox.renderings.shown import collected


@pytest.fixture
def changed() -> Changed:
    """The outbox of epoch `e`, read up to change 7."""
    found = Changed()
    found.epoch, found.number = "e", 7
    return found


@pytest.fixture
def held(changed: Changed) -> KeptRows[str, str]:
    return KeptRows(lambda key: f"event:{key}", most=3, changed=changed)


@pytest.fixture
def shared() -> Iterator[None]:
    """A response is being made that all may share."""
    with collected():
        yield


def takes(held: KeptRows[str, str], keys: str, *, meanwhile: Callable[[], object] = dict) -> str:
    """Take rows that are their keys in capitals. The keys that had to be read."""
    read: list[str] = []

    def read_rows(missing: list[str]) -> dict[str, str]:
        read.extend(missing)
        meanwhile()
        return {key: key.upper() for key in missing}

    assert held.take(keys, read_rows) == {key: key.upper() for key in keys}
    return "".join(read)


@pytest.mark.usefixtures("shared")
def test_a_row_is_kept_until_its_topic_changes(changed, held):
    assert takes(held, "ab") == "ab"
    changed._newest["event:a"] = 8
    assert takes(held, "abc") == "ac"


@pytest.mark.usefixtures("shared")
def test_what_was_read_before_a_change_is_not_kept_for_after_it(changed, held):
    def change() -> None:
        changed.number, changed._newest["event:a"] = 8, 8

    takes(held, "a", meanwhile=change)
    assert takes(held, "a") == "a"


def test_whoever_is_signed_in_reads_anew(held):
    with collected():
        takes(held, "a")
    assert takes(held, "ab") == "ab"
    with collected():
        assert takes(held, "ab") == "b"


@pytest.mark.usefixtures("shared")
def test_nothing_is_kept_before_the_outbox_was_read(changed, held):
    changed.epoch = ""
    takes(held, "a")
    changed.epoch = "e"
    assert takes(held, "a") == "a"


@pytest.mark.usefixtures("shared")
def test_a_change_by_staff_voids_all(changed, held):
    takes(held, "a")
    changed.edition += 1
    assert takes(held, "a") == "a"


@pytest.mark.usefixtures("shared")
def test_rows_age_and_are_bounded(held, monkeypatch):
    now = 1000.0
    for module in (rows, outbox):
        monkeypatch.setattr(module, "time", lambda: now)
    takes(held, "abcd")
    assert takes(held, "bcd") == ""
    assert takes(held, "a") == "a"
    now += kept.VALKEY_SECONDS
    assert takes(held, "acd") == "acd"


@pytest.mark.usefixtures("shared")
def test_what_is_not_there_is_absent(held):
    assert held.take("ab", lambda missing: {"b": "B"}) == {"b": "B"}
