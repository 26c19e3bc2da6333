"""`manage.py rebuild_search`: make outdated search documents and the whole vocabulary anew, at once."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from events.models import SearchName, SearchWord
from events.services import rebuild_vocabulary, search_text


class Command(BaseCommand):
    help = (
        "Make outdated search documents anew (which happens by itself too), forget the words and names by which search "
        "corrects and suggests, and count those of all upcoming events. Interrupted, it may be repeated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        documents = 0
        while done := search_text.refresh_outdated():
            documents += done
        events = rebuild_vocabulary(now=now(), batch=5000)
        counted = {"events": events, "words": SearchWord.objects.count(), "names": SearchName.objects.count()}
        self.stdout.write(json.dumps({"documents": documents, **counted}))
