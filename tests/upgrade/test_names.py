"""Names that others have stored are still accepted."""

import re

import pytest
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver

from config.celery import QUEUES, app
from config.embedded.paths import PROJECT
from flags.models import Flag
from pipeline.connectors import registry
from pipeline.refinement.pipeline import STEPS
from tests.upgrade import names


def routes(patterns, before: str = "") -> set[str]:
    """Every address as its pattern."""
    found = set()
    for pattern in patterns:
        here = before + str(pattern.pattern)
        found |= routes(pattern.url_patterns, here) if isinstance(pattern, URLResolver) else {here}
    return found


def test_flags_steps_connectors_and_commands_keep_their_names():
    assert set(names.FLAGS) <= {flag.value for flag in Flag}
    assert set(names.STEPS) <= {name for name, _ in STEPS}
    assert set(names.CONNECTORS) <= set(registry.names())
    assert set(names.COMMANDS) <= set(get_commands())


def test_settings_keep_their_names():
    text = (PROJECT / ".env.example").read_text()
    assert set(names.SETTINGS) <= set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def test_metrics_keep_their_names(chief):
    scraped = set(
        re.findall(r"^# TYPE (nocturne_\w+) ", chief.get("/metrics").content.decode(), re.MULTILINE)
    )
    assert {name for name in names.METRICS if not scraped & {name, f"{name}_total"}} == set()


def test_addresses_keep_their_patterns():
    assert set(names.ROUTES) - routes(get_resolver().url_patterns) == set()


@pytest.mark.parametrize("task", sorted({*names.PERIODIC.values(), *names.QUEUED}))
def test_a_task_keeps_its_name_and_goes_to_a_queue_that_is_served(task):
    app.loader.import_default_modules()
    assert task in app.tasks
    queue = app.amqp.router.route({}, task)["queue"]
    assert getattr(queue, "name", queue) in QUEUES
