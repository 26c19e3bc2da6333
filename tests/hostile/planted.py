"""Events, venues, organizers and areas all of whose texts are given: as if every door had let them through.

A description alone goes through its sanitizer, since it is shown as HTML.
"""

from collections.abc import Sequence
from itertools import cycle
from typing import Any, Final

from django.db import transaction

from events.models import Event, EventImage, Organizer, Origin
from events.services import search_text
from pipeline.text.folding import fold
from pipeline.text.sanitize.rich_text import rich
from places.models import Area, City
from tests.factories import announce, make_listing, make_place

#: Text columns of an event, with the characters that they hold, and how many texts a list gets at most.
_WORDS: Final = {"title": 300, "raw_title": 1000, "venue_name": 200, "address": 400, "venue_city": 120, "former_venue": 200, "country": 60,
                 "dress_code": 120, "subcategory": 60, "url": 2000, "ticket_url": 2000, "online_url": 2000, "publication_reason": 300}  # fmt: skip
_LISTS: Final = {"tags": (60, 4), "offers": (80, 3), "performers": (200, 4)}
_LONGEST_DESCRIPTION: Final = 5000


def event_fields(texts: Sequence[str]) -> dict[str, Any]:
    """The text columns of an event, filled with these texts in turn; each is cut where its column ends."""
    turn = cycle(texts)
    fields: dict[str, Any] = {name: next(turn)[:longest] for name, longest in _WORDS.items()}
    for name, (longest, most) in _LISTS.items():
        fields[name] = [next(turn)[:longest] for _ in range(min(most, len(texts)))]
    return {**fields, "description": rich("\n".join(texts), limit=_LONGEST_DESCRIPTION)}


def plant(event: Event, texts: Sequence[str]) -> None:
    """Fill the event with these texts, and what it belongs to: venue, area, organizer, listing with its source, picture."""
    turn = cycle(texts)
    city = event.city
    assert city
    name = next(turn)[:200]
    place = make_place(
        name=name, slug=f"place-{event.id.hex}", city=city, address=next(turn), lat=event.lat, lng=event.lng
    )
    organizer = Organizer.objects.create(
        name=(held := next(turn)[:200]), folded_name=f"{fold(held)[:160]} {event.id.hex}", url=next(turn)
    )
    fields = {**event_fields(texts), "place": place, "organizer": organizer}
    make_listing(event=event, source=f"{event.id.hex[-8:]} {next(turn)}", url=next(turn))
    Origin.objects.filter(listings__event=event).update(url=next(turn), credit=next(turn)[:80])
    EventImage.objects.create(
        event=event, source_url=f"https://pictures.example/{event.id.hex}", alt=next(turn), credit=next(turn)
    )
    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**fields)
        announce(event, kind="event.changed")
        search_text.refresh([event.pk])


def plant_city(city: City, area: Area, texts: Sequence[str]) -> None:
    """Name a city and its area by the first two of these texts."""
    City.objects.filter(pk=city.pk).update(name=texts[0][:120], region=texts[1][:80])
    Area.objects.filter(pk=area.pk).update(name=texts[1][:120])
