"""The setting BROKER_URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.broker import queues
from config.celery import QUEUES
from tests.config.variables import read_settings


def test_without_it_valkey_is_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = read_settings(monkeypatch, NOCTURNE_MODE="test", REDIS_URL="redis://valkey:6379/0")
    assert found["BROKER_URL"] == ""
    assert found["CELERY_BROKER_URL"] == "redis://valkey:6379/0"
    assert "CELERY_BROKER_USE_SSL" not in found


def test_with_it_rabbitmq_is_and_valkey_stays_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "amqps://user:secret@broker.example:5671/nocturne"
    found, _ = read_settings(
        monkeypatch, NOCTURNE_MODE="test", BROKER_URL=url, REDIS_URL="redis://valkey:6379/0"
    )
    assert found["CELERY_BROKER_URL"] == url
    assert found["CELERY_BROKER_USE_SSL"]["server_hostname"] == "broker.example"
    assert found["CACHES"]["default"]["LOCATION"] == "redis://valkey:6379/0"
    assert found["CELERY_TASK_ACKS_LATE"] is True


@pytest.mark.parametrize("url", ["redis://valkey:6379/0", "amqp://", "amqp:broker", "amqp://broker:0/", "amqp://broker:x/"])  # fmt: skip
def test_another_address_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"BROKER_URL must be amqp://"):
        read_settings(monkeypatch, NOCTURNE_MODE="test", BROKER_URL=url)


def test_each_queue_is_kept_by_several_nodes_and_outlives_two_long_tasks() -> None:
    for queue in queues(QUEUES):
        assert queue.queue_arguments["x-queue-type"] == "quorum"
        assert queue.queue_arguments["x-consumer-timeout"] > 2 * 3600 * 1000
        assert queue.exchange.type == "topic", "Celery delays through these alone"
