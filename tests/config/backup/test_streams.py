"""Streams: encrypted, counted, and broken where they were touched."""

import io

import pytest

from config.backup.errors import BackupError
from config.backup.streams import CHUNK, Counted, new_identity, produced, public_of, sealed, unsealed

TEXT = bytes(range(256)) * 2_000


def test_what_was_sealed_is_read_with_the_private_key_alone():
    identity, recipient = new_identity()
    counted = Counted(sealed(io.BytesIO(TEXT), [recipient]))
    held = b"".join(iter(lambda: counted.read(10_000), b""))
    assert held.startswith(b"age-encryption.org/v1")
    assert TEXT[:64] not in held
    assert counted.bytes == len(held)
    assert unsealed(io.BytesIO(held), identity).read() == TEXT
    with pytest.raises(BackupError, match="cannot be decrypted"):
        unsealed(io.BytesIO(held), new_identity()[0]).read()


@pytest.mark.parametrize(
    "touch",
    [lambda held: held[:-20], lambda held: held[:70_000], lambda held: held[:-1] + b"!", lambda _: b"none"],
)
def test_what_was_cut_or_changed_is_an_error(touch):
    identity, recipient = new_identity()
    held = sealed(io.BytesIO(TEXT), [recipient]).read()
    with pytest.raises(BackupError, match="cannot be decrypted"):
        unsealed(io.BytesIO(touch(held)), identity).read()


def test_what_a_producer_raises_comes_out_where_it_is_read():
    def work(out):
        out.write(b"the beginning")
        raise BackupError("the disk is gone")

    with pytest.raises(BackupError, match="^the disk is gone$"):
        sealed(produced(work), [new_identity()[1]]).read()


def test_a_reader_that_leaves_ends_the_producer():
    ended = []

    def work(out):
        try:
            while True:
                out.write(b"x" * CHUNK)
        except BrokenPipeError:
            ended.append(True)
            raise

    with produced(work) as content:
        assert content.read(10) == b"x" * 10
    assert ended == [True]


def test_what_is_no_key_is_told():
    with pytest.raises(BackupError, match="AGE-SECRET-KEY-1"):
        public_of("secret")
