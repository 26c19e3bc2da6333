"""A member of staff at the desk."""

import pytest
from django.test import Client

from tests.factories import make_staff


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client
