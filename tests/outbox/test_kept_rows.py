"""Rows are read once for all shared responses of a process, and anew after a change of their topic."""

from collections.abc import Iterator

import pytest

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


@pytest.mark.usefixtures("shared")
def test_a_row_is_found_until_its_topic_changes(changed, held):
    held.keep({"a": "row a", "b": "row b"}, held.position())
    changed._newest["event:a"] = 8
    assert held.find(["a", "b", "c"]) == {"b": "row b"}


@pytest.mark.usefixtures("shared")
def test_what_was_read_before_a_change_is_not_kept_for_after_it(changed, held):
    before = held.position()
    changed.number, changed._newest["event:a"] = 8, 8
    held.keep({"a": "as it was"}, before)
    assert held.find(["a"]) == {}


def test_whoever_is_signed_in_reads_anew(held):
    with collected():
        held.keep({"a": "row a"}, held.position())
    assert held.position() is None
    assert held.find(["a"]) == {}
    held.keep({"b": "row b"}, held.position())
    with collected():
        assert held.find(["a", "b"]) == {"a": "row a"}


@pytest.mark.usefixtures("shared")
def test_nothing_is_kept_before_the_outbox_was_read(changed, held):
    changed.epoch = ""
    assert held.position() is None


@pytest.mark.usefixtures("shared")
def test_a_change_by_staff_voids_all(changed, held):
    held.keep({"a": "row a"}, held.position())
    changed.edition += 1
    assert held.find(["a"]) == {}


@pytest.mark.usefixtures("shared")
def test_rows_age_and_are_bounded(held, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(rows, "time", lambda: now)
    held.keep({"a": "a", "b": "b", "c": "c", "d": "d"}, held.position())
    assert sorted(held.find("abcd")) == ["b", "c", "d"]
    now += kept.VALKEY_SECONDS
    assert held.find("abcd") == {}
    held.keep({"a": "new"}, held.position())
    held.clear()
    assert held.find("a") == {}
