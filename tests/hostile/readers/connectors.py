"""Connectors and what they read with: `connector:NAME` for each, given a hostile payload."""

from tests.hostile.readers import Reader

READERS: tuple[Reader, ...] = ()
