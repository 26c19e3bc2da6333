"""`manage.py prepare`: prepare an empty database for use. Running it again changes nothing."""

import os
import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, connection

from accounts.roles import give_new, known_rights
from config.env import Mode

ADMIN = "admin@localhost"
EXTENSIONS = ("vector", "pg_trgm", "unaccent", "cube", "earthdistance", "btree_gin")
OLDEST = 160000
#: Loaders in order: the command and its arguments, and whether production runs it too. Each must be
#: idempotent.
LOADERS: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("ensure_roles",), True),
    (("load_cities",), True),
    (("load_categories",), True),
    (("seed_sources",), True),
    (("load_alert_rules",), True),
    (("samples", "load", "--new"), False),
)


class Command(BaseCommand):
    help = "Wait for the database, migrate it, make the groups of the roles, load cities, categories and (locally) samples, and make the first admin."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=60, help="seconds to wait for the database (default 60)"
        )
        parser.add_argument("--no-samples", action="store_true", help="load no sample events")

        parser.add_argument(
            "--no-static",
            action="store_true",
            help="collect no static files: an image has them, and cannot be written to",
        )

    def handle(
        self, *args: Any, wait: float, no_samples: bool, no_static: bool = False, **options: Any
    ) -> None:
        self._wait_for_database(wait)
        self._require_version()
        self._require_extensions()
        before = (
            known_rights() if "auth_permission" in connection.introspection.table_names() else frozenset()
        )
        self._step("migrate", lambda: call_command("migrate", interactive=False, verbosity=0))
        for role, rights in give_new(before).items():
            self.stdout.write(
                f"The group {role} got {len(rights)} new: {', '.join(rights[:3])}{', …' if rights[3:] else ''}"
            )
        local = settings.MODE is Mode.LOCAL
        known = get_commands()
        for words, always in LOADERS:
            if words[0] in known and (always or (local and not no_samples)):
                self._step(
                    " ".join(words),
                    lambda words=words: call_command(*words, stdout=self.stdout, stderr=self.stderr),
                )
        if local:
            self._first_admin()
        if not settings.DEBUG and not no_static:
            self._step("collectstatic", lambda: call_command("collectstatic", interactive=False, verbosity=0))

    def _step(self, name: str, work: Any) -> None:
        started = time.monotonic()
        work()
        self.stdout.write(f"{name}: {time.monotonic() - started:.1f} s")

    def _wait_for_database(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                connection.ensure_connection()
                return
            except OperationalError as error:
                last = str(error).strip().splitlines()[0]
            if time.monotonic() > deadline:
                raise CommandError(
                    f"The database does not answer: {last}. Check DATABASE_URL, or run `python manage.py services start`"
                )
            time.sleep(0.5)

    def _require_version(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
            )
            number, name = cursor.fetchone()
        if number < OLDEST:
            raise CommandError(
                f"The database is PostgreSQL {name}: Nocturne needs 16 or newer, with pgvector"
            )

    def _require_extensions(self) -> None:
        """Create missing extensions, or fail with one line that names who must create them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, installed_version IS NOT NULL FROM pg_available_extensions WHERE name = ANY(%s)",
                [list(EXTENSIONS)],
            )
            available: dict[str, bool] = dict(cursor.fetchall())
            if absent := [name for name in EXTENSIONS if name not in available]:
                raise CommandError(
                    f"The database server lacks the extensions {', '.join(absent)}: install its contrib package and pgvector "
                    "(Debian: postgresql-contrib, postgresql-16-pgvector)"
                )
            for name in (name for name in EXTENSIONS if not available[name]):
                try:
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
                except DatabaseError as error:
                    raise CommandError(
                        f"This user may not create extensions; as a superuser run in this database: {_statements(available)}"
                    ) from error

    def _first_admin(self) -> None:
        """Create a superuser with a random password if there is none.

        The password is written to `var/first-admin.txt` (mode 0600).
        """
        users = get_user_model()._default_manager
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        path = settings.VAR_DIR / "first-admin.txt"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"name:     {ADMIN}\npassword: {password}\n")
        users.create_superuser(email=ADMIN, password=password)  # type: ignore[attr-defined]
        self.stdout.write(f"first admin: {ADMIN}, the password is in {path}")


def _statements(available: dict[str, bool]) -> str:
    return " ".join(f"CREATE EXTENSION {name};" for name in EXTENSIONS if not available[name])
