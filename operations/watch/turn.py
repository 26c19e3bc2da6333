"""One turn of the watch: whichever process comes first in a minute measures and judges it, the others leave it."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from operations.components import board
from operations.components.records import Component
from operations.enums import State
from operations.measures import kept
from operations.measures.minute import measure
from operations.measures.once import one_look
from operations.models import MetricMinute
from operations.watch import last_rules, pulse, signs
from operations.watch.rules import judge
from sources.monitoring.alerts import notify_operators

_LOCK: Final = 0x4E6F6357  # "NocW"
_NUMBERS: Final = {State.DOWN: 2, State.DEGRADED: 1, State.UNKNOWN: 1}


def turn(*, now: datetime) -> bool:
    """Measure this minute unless another process has, or is at it. True where this one did. Raises django.db.Error.

    Operators are told after the commit: a mail server that hangs must not hold the turn.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            is_mine = bool(cursor.fetchone()[0])
        if not is_mine or MetricMinute.objects.filter(at=kept.minute_of(now)).exists():
            return False
        with one_look():
            kept.keep({**measure(now=now), **_health(board.write_down(now=now))}, now=now)
        judge(now=now)
        signs.look(now=now)
    last_rules.keep()
    notify_operators(now=now)
    pulse.send()
    return True


def _health(components: list[Component]) -> dict[str, float]:
    """The states as numbers; of the classes of sources the worst."""
    found: dict[str, float] = {}
    for one in components:
        name = f"health_{one.name.partition(':')[0]}"
        found[name] = max(found.get(name, 0), _NUMBERS.get(one.state, 0))
    return found
