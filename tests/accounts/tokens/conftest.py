"""A person whose API client signs in."""

import pytest

from accounts.models import User
from tests.factories import make_person


@pytest.fixture
def vera(db: None) -> User:
    return make_person(email="vera@example.org", is_staff=False)
