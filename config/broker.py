"""RabbitMQ as the message broker, where BROKER_URL names one. Without it Valkey is the broker.

Queues are quorum queues: a cluster of RabbitMQ keeps each message on several nodes. They are bound to one topic
exchange, since Celery delays a message (countdown) through topic exchanges alone.
"""

from collections.abc import Sequence
from typing import Any, Final

from celery import bootsteps, current_app
from celery.worker.consumer.delayed_delivery import DelayedDelivery
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.exceptions import KombuError
from kombu.messaging import Producer

from config.valkey.breaker import Breaker

#: How long a probe waits, while the breaker is open.
_LOOK_SECONDS: Final = 1.0
_EXCHANGE: Final = Exchange("nocturne", type="topic", durable=True)
#: A worker takes a message before it has a process for it, so it may wait for one task and then run (an hour each,
#: CELERY_TASK_TIME_LIMIT). RabbitMQ before 3.12 ignores x-consumer-timeout: docs/operations/rabbitmq.md.
_ARGUMENTS: Final = {
    "x-queue-type": "quorum",
    # a message whose worker ended so often is dropped; its row is found again by the clock
    "x-delivery-limit": 20,
    "x-consumer-timeout": 2 * 3600 * 1000 + 300_000,
}


def queues(names: Sequence[str]) -> tuple[Queue, ...]:
    """A quorum queue for each of these names."""
    return tuple(Queue(name, _EXCHANGE, routing_key=name, queue_arguments=_ARGUMENTS) for name in names)


class QueuesStep(bootsteps.StartStopStep):
    """Declare every queue whenever a worker connects, also those of other workers: Celery binds all of them to what delays messages."""

    requires = ("celery.worker.consumer.connection:Connection",)

    def start(self, parent: Any) -> None:
        """Declare them. Raises what the connection raises; the worker then connects again."""
        for queue in parent.app.conf.task_queues:
            queue.bind(parent.connection.default_channel).declare()


def fit(app: Any) -> None:
    """Let the workers of this application declare all queues before they bind them."""
    app.steps["consumer"].add(QueuesStep)
    DelayedDelivery.requires = (*DelayedDelivery.requires, QueuesStep)


def _answers() -> bool:
    """Whether RabbitMQ takes a message: one that no queue gets. While its memory or disk is full it takes none."""
    conf = current_app.conf
    link = Connection(
        conf.broker_url,
        ssl=conf.broker_use_ssl,
        connect_timeout=_LOOK_SECONDS,
        transport_options=conf.broker_transport_options,
    )
    try:
        with link:
            Producer(link).publish({}, routing_key="nocturne.look", confirm_timeout=_LOOK_SECONDS)
    except (KombuError, OSError, *link.connection_errors, *link.channel_errors):
        return False
    return True


BREAKER: Final = Breaker(answers=_answers)
