"""`manage.py scan_person EMAIL`: where the marks of a person are, whether there is an account or not."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.crypto import normalize_address
from accounts.models import User
from accounts.privacy.person import Person
from accounts.privacy.scan import marks_of, scan


class Command(BaseCommand):
    help = "Search every table, Valkey and all files for a person's addresses, name, id, and the hashes and tokens made of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="an e-mail address, in any spelling")
        parser.add_argument("--id", type=UUID, help="the id of an account that is gone")
        parser.add_argument("--name", default="", help="the name of an account that is gone")
        parser.add_argument("--json", action="store_true", help="one line of JSON for each finding")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        found = scan(marks_of(_person(email, options["id"], options["name"])))
        for each in found:
            line = {"place": each.place, "mark": each.mark}
            self.stdout.write(json.dumps(line) if options["json"] else str(each))
        self.stdout.write(json.dumps({"found": len(found)}))
        if found:
            raise CommandError("Marks were found.", returncode=3)


def _person(email: str, pk: UUID | None, name: str) -> Person:
    user = User.objects.filter(email__iexact=normalize_address(email)).first()
    if user is not None:
        return Person.of(user)
    return Person(id=pk or UUID(int=0), addresses=(normalize_address(email),), name=name)
