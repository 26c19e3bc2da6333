"""`manage.py read_sample`: draw published events for a moderator to read, and count how many are wrong."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from accounts.rights import COMMAND
from events.models import Event
from moderation.exceptions import ModerationError
from moderation.services import sampling
from sources.models import Source


class Command(BaseCommand):
    help = (
        "Draw a sample of published events, of one source or of all, as NDJSON; the same name draws the same events. With --right and --wrong, store "
        "what a reader found. The last line is one JSON object with the share published and the share wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", help="the slug of one source")
        parser.add_argument("--name", help="the sample's name; by default this month, such as 2026-11")
        parser.add_argument("--size", type=int, default=sampling.SIZE, help="how many events")
        parser.add_argument("--right", nargs="+", default=[], metavar="ID", help="events that are right")
        parser.add_argument("--wrong", nargs="+", default=[], metavar="ID", help="events that are wrong")
        parser.add_argument(
            "--field",
            action="append",
            default=[],
            choices=sampling.FIELDS,
            help="with --wrong, which field is wrong; as often as needed",
        )
        parser.add_argument("--note", default="", help="what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        source = self._source(options["source"])
        origin, name = source.pk if source else None, options["name"] or sampling.name_of(clock())
        said = [(one, False) for one in options["right"]] + [(one, True) for one in options["wrong"]]
        for reported, wrong in said:
            self._record(reported, wrong, {**options, "name": name, "origin": origin})
        if not said:
            for event in sampling.drawn(name, origin=origin, size=max(0, options["size"])):
                self.stdout.write(json.dumps(_line(event), ensure_ascii=False))
        fields = sampling.wrong_fields(name, origin=origin)
        found = sampling.shares(origin=origin, sample=name).to_json()
        self.stdout.write(json.dumps({**found, "wrong_fields": fields}))

    def _source(self, slug: str | None) -> Source | None:
        source = Source.objects.filter(slug=slug).first() if slug else None
        if slug and source is None:
            raise CommandError(f"There is no source {slug}.", returncode=2)
        return source

    def _record(self, reported: str, wrong: bool, options: dict[str, Any]) -> None:
        said = {"fields": options["field"], "note": options["note"]} if wrong else {}
        try:
            sampling.record_reading(
                UUID(reported),
                sample=options["name"],
                origin=options["origin"],
                wrong=wrong,
                by=COMMAND,
                now=clock(),
                **said,
            )
        except ModerationError as error:
            raise CommandError(error.detail, returncode=2) from error
        except (ValueError, Event.DoesNotExist) as error:
            raise CommandError(f"There is no published event {reported[:60]}.", returncode=2) from error


def _line(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "title": event.title,
        "start": event.start_at.isoformat(),
        "timezone": event.timezone,
        "venue": event.venue_name,
        "url": event.url,
    }
