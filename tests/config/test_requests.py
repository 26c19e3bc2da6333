"""The log lines of a request: one id, and neither its token nor the visitor's address."""

import pytest
import structlog
from django_structlog.celery.signals import modify_context_before_task_publish
from structlog.testing import LogCapture

import config.celery  # noqa: F401 (connects its receivers, as a process does that sends tasks)
from config.logs import mask

TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0" * 2


@pytest.fixture
def lines():
    """The masked log lines of a request."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, mask, capture])
    yield capture.entries
    structlog.configure(processors=before)


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["mine-1", "", "x" * 65, "two words", "a\nb"])
def test_a_request_has_one_id(client, lines, given):
    answer = client.get("/healthz", headers={"X-Request-ID": given} if given else {})
    assert {line["request_id"] for line in lines} == {answer["X-Request-ID"]}
    assert [line["event"] for line in lines] == ["request_started", "request_finished"]
    assert (answer["X-Request-ID"] == given) is (given == "mine-1")


@pytest.mark.django_db
def test_a_request_leaves_neither_token_nor_address(client, lines):
    client.get(
        f"/subscriptions/confirm/{TOKEN}/?key=abc",
        REMOTE_ADDR="198.51.100.7",
        headers={"User-Agent": "reader@example.org"},
    )
    assert lines[0]["request"] == "GET /subscriptions/confirm/…/?key=…"
    assert [len(line["visitor"]) for line in lines] == [12, 12]
    assert "198.51" not in repr(lines)
    assert TOKEN not in repr(lines)
    assert "reader@" not in repr(lines)


def test_a_visitors_name_does_not_travel_to_tasks():
    context = {"request_id": "r", "visitor": "0123456789ab", "person": "ba9876543210"}
    modify_context_before_task_publish.send(sender=None, context=context)
    assert context == {"request_id": "r"}
