"""`manage.py maintenance on|off|status`: reading stays, writes get 503."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.rights import COMMAND
from config.maintenance import is_maintained
from flags.models import Flag, FlagSwitch
from flags.services import forget, said_by_environment


class Command(BaseCommand):
    help = "Switch maintenance on or off: pages and the API can be read, writes get 503 with Retry-After. Workers go on; stop them where they must not write."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("on", "off", "status"))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        name = Flag.MAINTENANCE.value
        if action != "status":
            if said_by_environment(name):
                raise CommandError(
                    "FLAG_MAINTENANCE is set in the environment, which takes precedence: change it there"
                )
            with transaction.atomic():
                row, _ = FlagSwitch.objects.update_or_create(
                    name=name, defaults={"is_on": action == "on", "percent": 100}
                )
                record_action(COMMAND, Action.FLAG_CHANGED, target=target_of(row), after={"is_on": row.is_on})
            forget()
        self.stdout.write(json.dumps({"maintenance": is_maintained()}))
