"""Fixtures of the API's tests: a client with an unused limit, and the factories' clock."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import NOW


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    yield
    cache.clear()


@pytest.fixture
def get(client: Client, db: None) -> Callable[..., Any]:
    """`get("events", q="jazz")` returns the response's JSON; a path may be a whole address."""

    def ask(path: str, *, code: int = 200, **query: Any) -> Any:
        address = path if path.startswith(("http", "/")) else f"/api/v1/{path}"
        response = client.get(address, query or None)
        assert response.status_code == code, response.content
        return response.json()

    return ask
