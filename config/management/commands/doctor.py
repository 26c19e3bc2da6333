"""`manage.py doctor`: what is wrong on this machine, with the remedy. The last line is JSON; exit 0 where all is well."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.timezone import now
from redis.exceptions import RedisError

from config.doctor import machine, site
from operations.components.board import look
from operations.components.records import Finding
from operations.enums import State

_LOOKS: Final[tuple[Callable[[], Finding | Iterable[Finding]], ...]] = (
    machine.configuration, machine.variables, machine.files, machine.port, machine.models,
    lambda: look(now=now()), machine.clock, site.migrations, site.backups, site.mail_domain,
)  # fmt: skip
_ILL: Final = (State.DEGRADED, State.DOWN)


class Command(BaseCommand):
    help = "Look at settings, files, port, clock, database, Valkey, queues, beat, models, migrations, backups, mail, disk, and say what to do."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        found = [each for one in _LOOKS for each in _looked(one)]
        for each in found:
            self.stdout.write(f"{each.state.upper():9} {each.name}: {each.detail}")
            if each.state in _ILL and each.remedy:
                self.stdout.write(f"          {each.remedy}")
        ill = [each for each in found if each.state in _ILL]
        said = [
            {"name": each.name, "state": each.state, "detail": each.detail, "remedy": each.remedy}
            for each in ill
        ]
        self.stdout.write(json.dumps({"ok": not ill, "looked_at": len(found), "wrong": said}))
        if ill:
            sys.exit(1)


def _looked(one: Callable[[], Finding | Iterable[Finding]]) -> list[Finding]:
    """What a look found. A service that does not answer was told of by its own look."""
    try:
        found = one()
        return [found] if isinstance(found, Finding) else list(found)
    except (DatabaseError, RedisError, OSError) as error:
        name = getattr(one, "__name__", "components")
        return [
            Finding(
                name=name, state=State.UNKNOWN, detail=f"It could not be looked at: {type(error).__name__}."
            )
        ]
