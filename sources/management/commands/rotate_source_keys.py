"""`manage.py rotate_source_keys`: encrypt all values with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.crypto import DecryptionFailed
from accounts.rotation import on_older_keys, rotate_all


class Command(BaseCommand):
    help = (
        "Encrypt every credential, and every other encrypted value, with the newest of FIELD_ENCRYPTION_KEYS. Afterwards the older keys may be taken "
        "away (docs/keys.md). Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 where values are under older keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if left := on_older_keys():
                raise CommandError(f"{left} values are under an older key: run this without --check.")
            self.stdout.write("No row is left on an older key.")
            return
        try:
            changed = rotate_all()
        except DecryptionFailed as error:
            raise CommandError(
                f"{error} Put the missing key back, behind the others, and run this again."
            ) from error
        for name, count in changed.items():
            self.stdout.write(f"{name}: {count} encrypted again")
        left = on_older_keys()
        if left:
            raise CommandError(
                f"{left} values are still under an older key: a process that was started with the old keys wrote them. Restart all, run again."
            )
        self.stdout.write("No row is left on an older key.")
