"""The data for the access tests."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.access.actors import make_actors
from tests.access.world import make_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[dict[str, Client]]:
    """The seven actors, each with a client, and one row of everything, rolled back afterwards.

    So readers are never notified. No task is sent, no limit applies, and the thousands of refusals are not logged.
    """
    monkeypatch.setattr(
        "django.template.response.SimpleTemplateResponse.rendered_content", ""
    )  # the door is looked at, not the room
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **kwargs: None)
    settings.API_RATE_LIMIT = 0
    cache.clear()
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    with transaction.atomic():
        make_world()
        yield make_actors()
        transaction.set_rollback(True)
