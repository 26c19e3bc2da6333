"""The world in which every door is tried."""

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
    """The seven actors, each with a client, and one of everything, which is taken back: readers never hear of
    it. No task is sent, and nobody asks too often."""
    monkeypatch.setattr(
        "django.template.response.SimpleTemplateResponse.rendered_content", ""
    )  # the door is looked at, not the room
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **kwargs: None)
    settings.API_RATE_LIMIT = 0
    cache.clear()
    with transaction.atomic():
        make_world()
        yield make_actors()
        transaction.set_rollback(True)
