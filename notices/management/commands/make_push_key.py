"""`manage.py make_push_key`: a new private key for push notices."""

from typing import Any

from django.core.management.base import BaseCommand

from notices.push import new_private_key


class Command(BaseCommand):
    help = "Write a new VAPID_PRIVATE_KEY for .env. Push needs one; another one ends push on every device that was told by the former."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
