"""`manage.py rebuild_vocabulary`: count the words and names of all upcoming events anew."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from events.models import SearchName, SearchWord
from events.services import rebuild_vocabulary


class Command(BaseCommand):
    help = "Forget the words and names by which search corrects and suggests, and count those of all upcoming events."

    def handle(self, *args: Any, **options: Any) -> None:
        events = rebuild_vocabulary(now=now(), batch=5000)
        counted = {"events": events, "words": SearchWord.objects.count(), "names": SearchName.objects.count()}
        self.stdout.write(json.dumps(counted))
