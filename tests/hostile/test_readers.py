"""Every public reader of outside text handles hostile texts, and none is missing."""

import os
import pkgutil
import zlib

import pytest

from pipeline.connectors.registry import CONNECTORS
from pipeline.preload import warm
from pipeline.refinement import checks
from pipeline.refinement.pipeline import STEPS
from tests.hostile import readers
from tests.hostile.measure import first_slow
from tests.hostile.readers import Reader
from tests.hostile.texts import Attack, generic

#: One text of so many is tried at each reader, and each text at so many readers of a kind; fewer at a slow one.
#: What an expression alone bears is tried with all texts in `test_patterns.py`.
SHARE = 6


@pytest.fixture(scope="module", autouse=True)
def _models_are_loaded() -> None:
    """Load models first, since loading does not depend on the text."""
    warm()


@pytest.mark.parametrize("reader", readers.every(), ids=lambda reader: reader.name)
def test_a_reader_bears_hostile_texts(reader: Reader) -> None:
    reader.call(
        "Concert of jazz in the park on Saturday at 8pm"
    )  # what is loaded by the first call is not of the text
    assert first_slow(reader.call, _share_of(reader), reader.longest) is None


def _share_of(reader: Reader) -> tuple[Attack, ...]:
    """All texts where HOSTILE_FULL is set (`make hostile`), else a share, which differs between readers."""
    if os.environ.get("HOSTILE_FULL"):
        return generic()
    every = max(reader.every, SHARE)
    return generic()[zlib.crc32(reader.name.encode()) % every :: every]


def test_each_reader_has_a_name_of_its_own() -> None:
    names = [reader.name for reader in readers.every()]

    assert len(names) == len(set(names))


def _missing(kind: str, names: set[str]) -> set[str]:
    return names - {reader.name.removeprefix(f"{kind}:") for reader in readers.every()}


def test_every_step_is_in_the_table() -> None:
    assert _missing("step", {name for name, _ in STEPS}) == set()


def test_every_connector_is_in_the_table() -> None:
    assert _missing("connector", set(CONNECTORS)) == set()


def test_every_check_is_in_the_table() -> None:
    assert _missing("check", {module.name for module in pkgutil.iter_modules(checks.__path__)}) == set()
