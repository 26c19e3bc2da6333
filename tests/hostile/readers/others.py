"""Readers outside connectors, extraction and steps."""

from tests.hostile.readers import Reader

READERS: tuple[Reader, ...] = ()
