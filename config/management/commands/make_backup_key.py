"""`manage.py make_backup_key`: a new pair of keys for backups."""

from typing import Any

from django.core.management.base import BaseCommand

from config.backup.streams import new_identity


class Command(BaseCommand):
    help = "Write a new pair of keys of age: BACKUP_RECIPIENTS for .env, and BACKUP_IDENTITY, which a restore needs and which belongs in a safe."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        identity, recipient = new_identity()
        self.stdout.write(f"BACKUP_RECIPIENTS={recipient}\nBACKUP_IDENTITY={identity}")
