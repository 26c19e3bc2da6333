"""`manage.py ensure_roles`: create the groups of the roles."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.roles import Role, ensure_roles


class Command(BaseCommand):
    help = f"Make the groups {', '.join(Role)} where they are missing; --anew gives those that are there the rights of the table again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="also groups that are there already")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        written = ensure_roles(anew=anew)
        self.stdout.write(
            f"Written: {', '.join(written)}." if written else "Every role has its group; nothing was changed."
        )
