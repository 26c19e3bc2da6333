"""`manage.py erase_person EMAIL`: erase a person who asks by letter. A second run finishes what a first one left."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.models import User
from accounts.privacy.erasing import carry_out, erase_now, waiting
from accounts.privacy.person import Person
from accounts.privacy.scan import marks_of, scan
from accounts.rights import COMMAND


class Command(BaseCommand):
    help = "Erase a person from every table, Valkey, logs and files, then search for what is left. Kept in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="the account's e-mail address")
        parser.add_argument(
            "--unfinished", action="store_true", help="finish erasures that were asked for before"
        )
        parser.add_argument("--no-scan", action="store_true", help="do not search for what is left")

    def handle(self, *args: Any, email: str | None, **options: Any) -> None:
        if options["unfinished"]:
            done = [carry_out(pk) for pk in waiting(moment=now())]
            self.stdout.write(json.dumps({"erased": sum(done), "left": len(done) - sum(done)}))
            return
        try:
            person = User.objects.get_by_natural_key(email or "")
        except User.DoesNotExist as error:
            raise CommandError("There is no account with this address.") from error
        marks = marks_of(Person.of(person))
        is_done = erase_now(person, by=COMMAND)
        found = [] if options["no_scan"] else scan(marks)
        for each in found:
            self.stderr.write(str(each))
        self.stdout.write(json.dumps({"erased": is_done, "found": len(found)}))
        if not is_done or found:
            raise CommandError(
                "Something is left: see above. Parts that failed are tried again every five minutes."
            )
