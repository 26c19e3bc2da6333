"""A hub with a quick poll for the event loop of each test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from realtime.feed import hub as hubs
from realtime.feed.hub import Hub, close_hub, current_hub


@pytest.fixture
async def hub(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    monkeypatch.setattr(
        "realtime.connections.manager.REPORT_SECONDS", 3600
    )  # tests report, sweep and look for the idle themselves
    hubs._hubs[asyncio.get_running_loop()] = Hub(poll_seconds=0.05, heartbeat_seconds=0.05)
    yield await current_hub()
    await close_hub()
    await sync_to_async(connections.close_all)()


class Visitor:
    """A new user with a session; `cookie` is what the browser sends.

    Nobody is told of the session, so that a test's own change is the first.
    """

    def __init__(self, email: str, *, rights: tuple[str, ...] = (), **fields: bool) -> None:
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        from accounts.models import User

        self.user = User.objects.create_user(email, "correct horse battery", **fields)
        self.may(*rights)
        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def may(self, *rights: str) -> None:
        from accounts.roles import permissions_of

        self.user.user_permissions.add(*permissions_of(rights))


@pytest.fixture
def visit(hub: Hub) -> Callable[..., Awaitable[Visitor]]:
    async def make(email: str = "vera@example.com", **fields: Any) -> Visitor:
        return await sync_to_async(Visitor)(email, **fields)

    return make
