"""`manage.py renew_epoch`: begin a new epoch after a restore from a backup, which voids all readers' offsets."""

from typing import Any

from django.core.management.base import BaseCommand

from outbox.services import renew_epoch


class Command(BaseCommand):
    help = "Begin a new epoch of change numbers. Run it after you restored the database from a backup, so that live clients read everything again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"The outbox's epoch is now {renew_epoch().epoch}.")
