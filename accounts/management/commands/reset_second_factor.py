"""`manage.py reset_second_factor EMAIL`: for a member of staff who lost their factor and their recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.rights import COMMAND
from accounts.services.factors import reset_factors


class Command(BaseCommand):
    help = "Delete an account's second factors, passkeys and recovery codes and end its sessions; the next sign-in sets one up. Kept in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            person = User.objects.get_by_natural_key(email)
        except User.DoesNotExist as error:
            raise CommandError("There is no account with this address.") from error
        held = reset_factors(person, by=COMMAND)
        self.stdout.write(f"Deleted {held} second factors; every session and token of the account has ended.")
