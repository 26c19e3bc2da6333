"""`manage.py inspect_source`: read and refine a URL or a file, and store nothing."""

import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from egress.records import RequestPolicy
from pipeline.contract.draft import Draft
from pipeline.contract.exceptions import ConfigInvalid, SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from pipeline.contract.raw import PlaceRecord, WeatherRecord
from pipeline.contract.warnings import warnings_in
from pipeline.dates.event_times import zone_or_utc
from pipeline.geography.fixture import fixture_gazetteer
from pipeline.geography.gazetteer import CityFact
from pipeline.text.decoding import strip_controls
from sources.management.moments import moment_of

if TYPE_CHECKING:
    from sources.lab.inspection import Inspection, Wish

#: At most so many dropped records are shown with their reasons.
MOST_REFUSED: Final = 20


class Command(BaseCommand):
    help = "Dry run of a source: detect the connector, read, refine, store nothing. Needs no database and no service."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", metavar="URL_OR_FILE")
        parser.add_argument("--connector", default="", help="otherwise detected")
        parser.add_argument("--config", help="the source's configuration: a JSON file, or the JSON itself")
        parser.add_argument("--city", default="", help="slug of the source's city")
        parser.add_argument("--base-url", default="", help="the address from which a file counts as fetched")
        parser.add_argument("--now", help="freeze the clock (ISO 8601)")
        parser.add_argument(
            "--json",
            action="store_true",
            help="one normalized event a line, as JSON; without it, one line for people",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from sources.lab.inspection import inspect  # noqa: PLC0415 - the whole pipeline, which no help needs

        try:
            wish = _wish(options)
            with _http(wish) as http:
                inspection = inspect(wish, http)
                self._print(inspection, as_json=options["json"])
        except (SourceError, EgressError) as error:
            raise CommandError(" ".join(error.detail.split()), returncode=2) from error
        except BrokenPipeError:
            # the reader (`head`) has closed the pipe; Python would print another error when it flushes stdout
            # at exit
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        self.stderr.write(json.dumps(inspection.summary(), ensure_ascii=False))

    def _print(self, inspection: "Inspection", *, as_json: bool) -> None:
        for draft in inspection.drafts():
            self.stdout.write(_json_line(draft) if as_json else _line(draft))
            for note in [] if as_json else warnings_in(draft.notes):
                self.stdout.write(_note_line(note))
        for one in [] if as_json else [one for one in inspection.refused if one.detail][:MOST_REFUSED]:
            self.stdout.write(
                f"{'left out':<20}  " + strip_controls(f"{one.title or one.external_id}  ·  {one.reason}")
            )
            self.stdout.write(_note_line(one.detail))
        if not as_json:
            for place in inspection.places:
                self.stdout.write(_place_line(place))
            for weather in inspection.weather:
                self.stdout.write(_weather_line(weather))


def _http(wish: "Wish") -> AbstractContextManager[HttpClient | None]:
    if not wish.is_address:
        return nullcontext()
    # this imports redis: half a second that a file need not wait for
    from egress.factory import open_client  # noqa: PLC0415 - costly

    return open_client(RequestPolicy(), name="inspect", shared=False)


def _json_line(draft: Draft) -> str:
    return json.dumps({**draft.event.to_json(), "city": draft.city, "area": draft.area}, ensure_ascii=False)


def _line(draft: Draft) -> str:
    event = draft.event
    when = (
        event.start.strftime("%a %Y-%m-%d %H:%M" if isinstance(event.start, datetime) else "%a %Y-%m-%d")
        if event.start
        else ""
    )
    where = "online" if event.online == "yes" else event.venue.name or event.venue.address
    return f"{when:<20}  {event.title}  ·  {where}" + (
        "" if event.status == "scheduled" else f"  ·  {event.status.value}"
    )


def _note_line(note: str) -> str:
    """A warning about an unusable value, below its event."""
    return f"{'':<20}  {strip_controls(' '.join(note.split()))}"


def _place_line(place: PlaceRecord) -> str:
    """A place as a line that begins with its kind, since it is no event."""
    state = (
        "closed for good"
        if place.closed_for_good
        else {True: "open now", False: "closed now", None: ""}[place.open_now]
    )
    reported = [
        place.name or next(iter(place.external_ids.values()), "?"),
        place.address,
        place.opening_hours,
        state,
    ]
    return f"{'place':<20}  " + strip_controls("  ·  ".join(part for part in reported if part))


def _weather_line(weather: WeatherRecord) -> str:
    degrees = f"{weather.temperature_c} °C" if weather.temperature_c is not None else "a forecast"
    reported = [
        weather.city,
        degrees,
        weather.condition,
        f"{len(weather.hourly) + len(weather.daily)} steps ahead",
    ]
    return f"{'weather':<20}  " + strip_controls("  ·  ".join(part for part in reported if part))


def _wish(options: dict[str, Any]) -> "Wish":
    from sources.lab.inspection import Wish  # noqa: PLC0415 - costly

    city = _city(options["city"])
    return Wish(
        target=options["target"],
        now=moment_of(options["now"], "--now", zone_or_utc(city.timezone) if city else UTC)
        if options["now"] is not None
        else datetime.now(UTC),
        connector=options["connector"],
        config=_config(options["config"]),
        city=city,
        base_url=options["base_url"],
        quality=settings.QUALITY_RULES,
        step_seconds=settings.STEP_SECONDS_PER_RECORD,
        read_seconds=settings.READ_SECONDS_PER_PAYLOAD,
    )


def _city(slug: str) -> CityFact | None:
    city = fixture_gazetteer().city(slug) if slug else None
    if slug and city is None:
        raise SourceError(
            f"--city {slug}: there is no such city; known are {', '.join(c.slug for c in fixture_gazetteer().cities[:5])}, …"
        )
    return city


def _config(given: str | None) -> dict[str, Any]:
    if not given:
        return {}
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        config = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigInvalid(f"--config: {' '.join(str(error).split())[:300]}") from error
    if not isinstance(config, dict):
        raise ConfigInvalid(f"--config: must be a JSON object, is a {type(config).__name__}.")
    return config
