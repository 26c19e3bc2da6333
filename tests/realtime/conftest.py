"""A hub for the event loop of each test, with a quick poll."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from realtime import hub as hubs
from realtime.hub import Hub, close_hub, current_hub


@pytest.fixture
async def hub(transactional_db: None) -> AsyncIterator[Hub]:
    hubs._hubs[asyncio.get_running_loop()] = Hub(poll_seconds=0.05, beat_seconds=0.05)
    yield await current_hub()
    await close_hub()


@pytest.fixture
def cookie(transactional_db: None) -> Callable[..., str]:
    """A session cookie of a new user; `user` is kept on the function."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    def make(email: str = "vera@example.com", **fields: bool) -> str:
        client = Client()
        make.user = User.objects.create_user(email, "correct horse battery", **fields)  # type: ignore[attr-defined]
        client.force_login(make.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    return make
