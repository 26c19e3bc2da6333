"""All counts of limits start empty; what is hashed can be seen."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.hashing import QuickHasher


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed from now on."""
    seen: list[str] = []
    encode = QuickHasher.encode
    monkeypatch.setattr(
        QuickHasher,
        "encode",
        lambda self, password, *rest: [seen.append(password), encode(self, password, *rest)][1],
    )
    return seen
