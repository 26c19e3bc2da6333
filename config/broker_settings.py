"""What Celery is told of RabbitMQ, where BROKER_URL names one. It imports neither Celery nor kombu, since every command reads settings."""

import ssl
from typing import Any, Final
from urllib.parse import urlsplit

#: Seconds for a connection, and until the broker confirms that it keeps a message.
SECONDS: Final = 2.0


def checked(url: str) -> str:
    """The URL. Raises ValueError unless it is amqp:// or amqps:// with a host, or empty."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("must be amqp://USER:PASSWORD@HOST:5672/VHOST, or amqps:// with port 5671")
    return url


def options(url: str, ca_file: str) -> dict[str, Any]:
    """Celery's settings for this broker, by their names without the namespace."""
    found: dict[str, Any] = {
        "BROKER_URL": url,
        "BROKER_CONNECTION_TIMEOUT": SECONDS,
        "BROKER_HEARTBEAT": 30,
        # a publisher that cannot connect says so at once, and is told whether the message is kept
        "BROKER_TRANSPORT_OPTIONS": {"max_retries": 0, "confirm_publish": True},
        "BROKER_NATIVE_DELAYED_DELIVERY_QUEUE_TYPE": "classic",
        # a connection that was cut while nobody used it is noticed by the next message, which is sent again
        "TASK_PUBLISH_RETRY": True,
        "TASK_PUBLISH_RETRY_POLICY": {
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
        # nobody asks workers; its queues would be transient ones, which RabbitMQ 4 gives up
        "WORKER_ENABLE_REMOTE_CONTROL": False,
    }
    if url.startswith("amqps://"):
        found["BROKER_USE_SSL"] = {
            "cert_reqs": ssl.CERT_REQUIRED,
            "ca_certs": ca_file or None,
            "server_hostname": urlsplit(url).hostname,
        }
    return found
