"""`manage.py stats`: what this installation holds and does, in some thirty lines (or JSON)."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.models import Count
from django.utils.timezone import now

from digests.models import UNSENT, Delivery
from events.models import Event
from outbox.queries import unnumbered
from sources.monitoring import overview

_SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 5
"""


class Command(BaseCommand):
    help = "Say what this installation holds and does: events, sources, runs of a day, queues, mails, changes, sizes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one object of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = stats()
        if options["json"]:
            self.stdout.write(json.dumps(found, default=str))
            return
        for name, value in lines(found):
            self.stdout.write(f"{name:<32} {value}")


def stats() -> dict[str, Any]:
    """Counts by topic; queues are null where the broker does not answer."""
    moment = now()
    status, day = overview.status(now=moment), overview.metrics(now=moment, hours=24)
    return {
        "events": counted(Event.objects.order_by().values_list("publication").annotate(Count("pk"))),
        "sources": status["health"],
        "alerts open": status["open_alerts"],
        "sources due": status["due"],
        "runs of a day": day["runs"],
        "events of a day": {
            name: day["events"][name] for name in ("found", "kept", "approved", "new", "changed")
        },
        "queues": status["queues"],
        "mails unsent": counted(
            Delivery.objects.filter(state__in=UNSENT).order_by().values_list("state").annotate(Count("pk"))
        ),
        "changes without a number": unnumbered().waiting,
        "database": sizes(),
    }


def counted(rows: Any) -> dict[str, int]:
    """Pairs as a dictionary, by name."""
    return {str(name): number for name, number in sorted(rows)}


def sizes() -> dict[str, int]:
    """Bytes of the database, and of its five largest tables with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        [whole] = cursor.fetchone()
        cursor.execute(_SIZES)
        return {"all": whole, **dict(cursor.fetchall())}


def lines(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A line for each number."""
    for topic, value in found.items():
        if not isinstance(value, dict):
            yield topic, value
            continue
        for name, number in value.items():
            shown = "no answer" if number is None else number
            yield f"{topic}: {name}", f"{number / 1e6:.1f} MB" if topic == "database" else shown
