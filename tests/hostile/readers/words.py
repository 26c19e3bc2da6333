"""Steps of the pipeline (`step:NAME`), extraction from prose."""

from tests.hostile.readers import Reader

READERS: tuple[Reader, ...] = ()
