"""A person, and a client of the API that has their token."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tokens.families import start_family
from tests.factories import make_person


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def vera(db: None) -> User:
    return make_person(email="vera@example.org", is_staff=False)


def client_of(access: str) -> Client:
    """A client of the API; CSRF is checked, so that nothing leans on a cookie."""
    return Client(headers={"Authorization": f"Bearer {access}"}, enforce_csrf_checks=True)


@pytest.fixture
def api_of() -> Callable[[User], Client]:
    return lambda user: client_of(start_family(user, methods=("pwd",)).access)


@pytest.fixture
def api(vera: User, api_of: Callable[[User], Client]) -> Client:
    return api_of(vera)
