"""Content codings are decoded in pieces, and broken ones are errors."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress.decoding import PIECE, decoder_for
from egress.exceptions import BadAnswer, TooLarge

TEXT = b"BEGIN:VCALENDAR\r\n" * 20_000


def gzipped(data: bytes) -> bytes:
    """Reproducible gzip output."""
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def decoded(header: str, data: bytes, *, step: int = 1000) -> bytes:
    decoder = decoder_for(header)
    pieces = [
        piece for start in range(0, len(data), step) for piece in decoder.feed(data[start : start + step])
    ]
    decoder.finish()
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzipped(TEXT)),
        ("X-GZIP", gzipped(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("deflate, gzip", gzipped(zlib.compress(TEXT))),
        ("gzip", gzipped(TEXT[:100]) + gzipped(TEXT[100:])),
        ("gzip", gzipped(TEXT) + b"\0" * 50),
    ],
)
@pytest.mark.parametrize("step", [1, 1000, 10_000_000])
def test_codings_are_undone(header: str, data: bytes, step: int) -> None:
    if step == 1:
        data, step = data, 7
    assert decoded(header, data, step=step) == TEXT


@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(["gzip", "deflate", "raw"]))
def test_any_content_in_any_steps(data: bytes, step: int, kind: str) -> None:
    packed = {"gzip": gzipped, "deflate": zlib.compress, "raw": raw_deflate}[kind](data)
    assert decoded("gzip" if kind == "gzip" else "deflate", packed, step=step) == data


@pytest.mark.parametrize("header", ["gzip", "deflate", ""])
def test_an_empty_body_is_whole(header: str) -> None:
    assert decoded(header, b"") == b""


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("gzip", b"<html>not compressed at all</html>"),
        ("gzip", gzipped(TEXT)[:-20]),
        ("gzip", gzipped(TEXT)[:1]),
        ("gzip", gzipped(TEXT)[:200] + b"\xff" * 200),
        ("deflate", b"<html>not compressed at all</html>"),
        ("br", b"\x0b\x02\x80"),
        ("zstd", b"\x28\xb5\x2f\xfd"),
        ("gzip, gzip, gzip", gzipped(TEXT)),
    ],
)
def test_broken_and_unwanted_codings_are_bad_answers(header: str, data: bytes) -> None:
    with pytest.raises(BadAnswer):
        decoded(header, data)


def test_a_bomb_comes_in_small_pieces() -> None:
    bomb = gzipped(gzipped(b"\0" * 50_000_000))
    tracemalloc.start()
    pieces = decoder_for("gzip, gzip").feed(bomb)
    sizes = [len(next(pieces)) for _ in range(20)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(sizes) <= PIECE
    assert peak < 2_000_000


def test_a_member_that_begins_with_a_chunk_is_not_lost() -> None:
    first, second = gzipped(b"one"), gzipped(b"two")
    decoder = decoder_for("gzip")

    assert b"".join(piece for chunk in (first, second, b"\0\0") for piece in decoder.feed(chunk)) == b"onetwo"
    decoder.finish()


def test_a_member_that_is_cut_behind_a_chunks_edge_is_told() -> None:
    decoder = decoder_for("gzip")

    assert (
        b"".join(piece for chunk in (gzipped(b"one"), gzipped(b"two")[:9]) for piece in decoder.feed(chunk))
        == b"one"
    )
    with pytest.raises(BadAnswer):
        decoder.finish()


def test_what_unfolds_between_two_codings_counts() -> None:
    empty_members = gzipped(gzipped(b"") * 100_000)
    assert len(empty_members) < 10_000

    with pytest.raises(TooLarge):
        list(decoder_for("gzip, gzip", limit=1_000_000).feed(empty_members))
