"""`manage.py export_person EMAIL FILE`: everything that is kept about a person, for who asks by letter."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.privacy.exporting import export_now
from accounts.rights import COMMAND


class Command(BaseCommand):
    help = "Write a zip with everything that is kept about a person, readable by its owner alone. Kept in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")
        parser.add_argument("file", type=Path, help="the zip to write; it must not exist")

    def handle(self, *args: Any, email: str, file: Path, **options: Any) -> None:
        try:
            person = User.objects.get_by_natural_key(email)
        except User.DoesNotExist as error:
            raise CommandError("There is no account with this address.") from error
        try:
            file.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        content = export_now(person, by=COMMAND)
        file.write_bytes(content)
        self.stdout.write(json.dumps({"file": str(file), "bytes": len(content)}))
