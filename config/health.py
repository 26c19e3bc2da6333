"""Health checks: the process is alive; each dependency is ready."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

from sources.monitoring.overview import BrokerAway, ask_queue_lengths


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 if database, migrations, Valkey and a broker beside it are ready, else 503; each with a word.

    `?without=valkey` leaves out Valkey, and RabbitMQ where that is the broker: without them the site goes on
    (docs/without-valkey.md), so that they are no reason to take all web processes away from a balancer.
    """
    checks = {"database": _database(), "migrations": ""}
    checks["migrations"] = _migrations() if checks["database"] == "ok" else "not asked: no database"
    if request.GET.get("without") != "valkey":
        checks["valkey"] = _valkey()
        if settings.BROKER_URL:
            checks["broker"] = _broker()
    ready = all(answer == "ok" for answer in checks.values())
    body: dict[str, Any] = {"ready": ready, "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"failed: {type(error).__name__}"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else "ok"


def _valkey() -> str:
    try:
        cache.set("readyz", 1, 5)
    except (RedisError, OSError) as error:
        return f"failed: {type(error).__name__}"
    return "ok"


def _broker() -> str:
    try:
        ask_queue_lengths()
    except BrokerAway as error:
        return f"failed: {str(error).partition(':')[0]}"
    return "ok"
