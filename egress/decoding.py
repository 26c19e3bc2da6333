"""Decodes content codings (RFC 9110, 8.4) piece by piece.

So a decompression bomb is cut at the reader's limit and never expands in memory.
"""

import math
import zlib
from collections.abc import Iterator
from typing import Protocol

from egress.exceptions import BadAnswer, TooLarge

#: The codings that the HTTP client accepts. Brotli and Zstandard are missing, since the project has no
#: decoders for them.
ACCEPTED = "gzip, deflate"
PIECE = 64 * 1024
#: Bytes passed to zlib at once: its remainder is copied for each piece and each member.
_SLICE = 16 * 1024
MOST_CODINGS = 2


class Decoder(Protocol):
    """One coding.

    `feed` yields pieces of at most 64 KiB, lazily; `finish` raises BadAnswer for a truncated body.
    """

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None: ...


class Inflater:
    """gzip (also several members) with `wbits` 31, or deflate with 15.

    With zlib's header, or raw as many servers send it. `_trailing`: what follows is no further member, and is
    ignored.
    """

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._head = b""
        self._started = False
        self._trailing = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield decoded pieces of `data`. Raises BadAnswer for a broken coding."""
        if not self._started:
            data = self._begin(data)
        for start in range(0, len(data), _SLICE):
            if self._trailing:
                return
            yield from self._unpacked(data[start : start + _SLICE])

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        more = True
        while more:
            if self._stream.eof:
                data = self._next_member(data)
                if not data:
                    return
            piece = self._inflate(data)
            if piece:
                yield piece
            data, more = (
                self._stream.unconsumed_tail,
                bool(self._stream.unconsumed_tail) or len(piece) == PIECE,
            )
            if self._stream.eof:
                data = self._stream.unused_data
                more = bool(data)

    def finish(self) -> None:
        """Raise BadAnswer for a truncated body. An empty body is complete."""
        if (self._started and not self._stream.eof) or self._head:
            raise BadAnswer("the compressed answer ends in the middle")

    def _begin(self, data: bytes) -> bytes:
        """Wait for the first two bytes, which distinguish zlib's header (RFC 1950, 2.2) from raw deflate."""
        head = self._head + data
        if len(head) < 2:
            self._head = head
            return b""
        self._started, self._head = True, b""
        zlib_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0
        if self._wbits == zlib.MAX_WBITS and not zlib_header:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return head

    def _inflate(self, data: bytes) -> bytes:
        try:
            return self._stream.decompress(data, PIECE)
        except zlib.error as error:
            raise BadAnswer(f"the answer is not validly compressed: {error}") from None

    def _next_member(self, rest: bytes) -> bytes:
        """Continue with another gzip member (RFC 1952, 2.2), in this chunk or the next.

        Anything else after the end is ignored, as in browsers and curl.
        """
        if self._wbits > zlib.MAX_WBITS and rest.startswith(b"\x1f"):
            self._stream = zlib.decompressobj(self._wbits)
            return rest
        self._trailing = True
        return b""


class Chain:
    """Several codings in sequence; the last one applied is undone first.

    Without any, the identity. No stage but the last, which the reader counts, may produce more than `limit`
    bytes: otherwise a bomb could expand unnoticed between two codings.
    """

    def __init__(self, decoders: list[Decoder], limit: float) -> None:
        self._decoders = decoders
        self._limit = limit
        self._given = [0] * len(decoders)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield decoded pieces of `data`. Raises TooLarge where it expands too much between two codings."""
        return self._through(data, 0)

    def finish(self) -> None:
        """Raise BadAnswer where any of the codings is truncated."""
        for decoder in self._decoders:
            decoder.finish()

    def _through(self, data: bytes, level: int) -> Iterator[bytes]:
        if level == len(self._decoders):
            yield data
            return
        for piece in self._decoders[level].feed(data):
            self._given[level] += len(piece)
            if self._given[level] > self._limit and level + 1 < len(self._decoders):
                raise TooLarge(f"the answer decodes to more than {self._limit} bytes between two codings")
            yield from self._through(piece, level + 1)


def decoder_for(header: str, limit: float = math.inf) -> Chain:
    """The decoder for a Content-Encoding header; no stage produces more than `limit` bytes.

    Raises BadAnswer for codings that were not accepted, or too many.
    """
    names = [
        name for name in (part.strip().lower() for part in header.split(",")) if name and name != "identity"
    ]
    if len(names) > MOST_CODINGS:
        raise BadAnswer(f"{len(names)} content codings on one answer")
    return Chain([_inflater(name) for name in reversed(names)], limit)


def _inflater(name: str) -> Inflater:
    if name in ("gzip", "x-gzip"):
        return Inflater(zlib.MAX_WBITS | 16)
    if name == "deflate":
        return Inflater(zlib.MAX_WBITS)
    raise BadAnswer(f"content coding {name[:40]!r}, which was not asked for")
