"""People who save searches."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens.families import start_family
from tests.factories import make_city, make_person


@pytest.fixture
def vera(db) -> User:
    make_city()
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client
