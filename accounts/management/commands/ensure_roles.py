"""`manage.py ensure_roles`: create the groups of the roles."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.roles import Role, ensure_roles, lacking


class Command(BaseCommand):
    help = f"Create the missing groups {', '.join(Role)}; --anew resets the rights of existing groups to those of the table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="also reset existing groups")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        written = ensure_roles(anew=anew)
        self.stdout.write(
            f"Written: {', '.join(written)}." if written else "Every role has its group; nothing was changed."
        )
        for role, rights in lacking().items():
            count = f"{len(rights)} right{'' if len(rights) == 1 else 's'}"
            named = ", ".join(rights[:3]) + (", …" if rights[3:] else "")
            self.stdout.write(
                f"The group {role} lacks {count} of its role ({named}): give them on its page, or reset all groups with ensure_roles --anew."
            )
