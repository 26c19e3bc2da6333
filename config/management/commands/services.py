"""`manage.py services start|stop|status`: control the embedded PostgreSQL and Valkey."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.embedded import Embedded, EmbeddedError
from config.services import wanted_services

NOT_RUNNING = 3


class Command(BaseCommand):
    help = "Start, stop or show the embedded PostgreSQL and Valkey (those that DATABASE_URL and REDIS_URL do not replace)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("start", "stop", "status"))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        services = wanted_services()
        try:
            if action == "start":
                services.start()
            elif action == "stop":
                services.stop()
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        self._show(services, must_run=action != "stop")

    def _show(self, services: Embedded, *, must_run: bool) -> None:
        down = False
        for service in (services.postgres, services.valkey):
            name, pid = type(service).__name__, service.pid()
            if service not in services.wanted:
                self.stdout.write(f"{name:<9} given by its URL")
            elif pid is None:
                self.stdout.write(f"{name:<9} stopped")
                down = True
            else:
                self.stdout.write(f"{name:<9} running (process {pid}) in {service.sockets}")
        if down and must_run:
            raise CommandError(
                "not everything is running: python manage.py services start", returncode=NOT_RUNNING
            )
