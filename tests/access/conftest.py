"""The data for the access tests."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.backends import ThrottledBackend
from tests.access.actors import make_actors
from tests.access.world import make_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[dict[str, Client]]:
    """The actors, each with a client, and one row of everything, rolled back afterwards.

    So readers are never notified. No task is sent, no limit applies, and the thousands of refusals are not logged.
    """
    monkeypatch.setattr(
        "django.template.response.SimpleTemplateResponse.rendered_content", ""
    )  # the door is looked at, not the room
    monkeypatch.setattr("unfold.sites.UnfoldAdminSite.each_context", lambda *args: {})
    _keep_users(monkeypatch)
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **kwargs: None)
    settings.API_RATE_LIMIT = 0
    cache.clear()
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    with transaction.atomic():
        yield make_actors(make_world())
        transaction.set_rollback(True)


def _keep_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look an actor up once, with rights and cities, and not for each of thousands of requests: nobody's change here."""
    known: dict[Any, Any] = {}
    real = ThrottledBackend.get_user

    def kept(backend: ThrottledBackend, user_id: Any) -> Any:
        return known.get(user_id) or known.setdefault(user_id, real(backend, user_id))

    monkeypatch.setattr(ThrottledBackend, "get_user", kept)
