"""What stands around the form: what each source says of a field, locks with author and time, the map, suggestions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe

from accounts.rights import Actor, require
from audit.queries import names_of
from events import facts as event_facts
from events.charts import PinMark, pin_map
from events.editing.form import EventForm, merged
from events.editing.inputs import as_text, columns_of_event, inputs_of, is_uuid, names_in, utc_words, words_of
from events.editing.units import GROUPS, UNITS, Unit
from events.models import Event, EventImage, Listing, Organizer
from events.services import linked, locks
from events.services.plans import contribution_of
from events.services.primary_picture import LOCK, choosable_pictures
from events.services.publication import CHANGE
from pipeline.text.folding import fold
from places.models import Area, City, Place
from places.queries.reach import narrowed

#: The most sources that are shown beside a field, and the most marks on the map.
MOST_SOURCES: Final = 6
MOST_MARKS: Final = 40
MOST_SUGGESTED: Final = 10
#: Groups that are seldom changed: they are folded where nothing in them asks for a look.
_SELDOM: Final = frozenset({"Links", "People"})


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says of a field: `inputs` is JSON of the inputs that take it."""

    key: str
    source: str
    words: str
    inputs: str
    counts: bool
    differs: bool
    picture: EventImage | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """Who locked a field and when, and the value that stands when it is given back."""

    author: str
    at: str
    stands: str


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the form, with all that stands beside it."""

    unit: Unit
    fields: Sequence[Any]
    hidden: Sequence[Any]
    sides: Sequence[Side]
    lock: Lock | None
    now: str
    is_unlocked: bool

    @property
    def template(self) -> str:
        """The name of the part that shows it."""
        own = {"start": "time", "venue": "place", "images": "picture"}
        return f"admin/events/event/edit/{own.get(self.unit.field, 'plain')}.html"


class Editing:
    """The context of the form's template for an event and a person.

    The number of queries does not depend on the number of sources.
    """

    def __init__(self, form: EventForm, *, both: Sequence[str] = ()) -> None:
        self.form, self.event, self.both = form, form.event, both
        own = columns_of_event(self.event)
        self._told = _told_by_sources(self.event)
        stands, _ = locks.standing(self.event, [name for name in self.event.locked_fields if name in UNITS])
        self._stands = {**own, **stands}
        self._names = names_in([own, self._stands, *(columns for _, columns in self._told)])
        self._own = own
        self._authors = names_of(
            given["by"] for given in self.event.provenance.values() if given.get("by") and given.get("at")
        )

    @cached_property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The groups with their rows, in order; without the picture where there is none to choose."""
        return [
            (name, [self._row(unit) for unit in units if unit.field != LOCK or self.form.pictures])
            for name, units in GROUPS
        ]

    @property
    def folded(self) -> set[str]:
        """The groups that are shown folded: seldom changed, without error, lock, or a source that says otherwise."""
        return {
            name
            for name, rows in self.groups
            if name in _SELDOM and not any(self._asks_for_a_look(row) for row in rows)
        }

    def _asks_for_a_look(self, row: Row) -> bool:
        differs = any(side.differs and side.words for side in row.sides)
        return bool(differs or row.lock or row.now or any(field.errors for field in row.fields))

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Every error as (input's id, its label, sentence), for the summary above the form."""
        found = []
        for name, errors in self.form.errors.items():
            label = str(self.form.fields[name].label or "") if name in self.form.fields else ""
            found += [(f"id_{name}" if label else "", label, str(error)) for error in errors]
        return found

    @property
    def map(self) -> SafeString:
        """The map on which the point is set, '' where neither the event nor a city has a point."""
        city, event = self.event.city, self.event
        middle = (city.lat, city.lng) if city else (event.lat, event.lng)
        if middle[0] is None or middle[1] is None:
            return mark_safe("")
        drawn = pin_map(
            _marks(event, city), lat=event.lat, lng=event.lng, centre_lat=middle[0], centre_lng=middle[1]
        )
        return mark_safe(drawn)  # noqa: S308 - the chart escapes every label

    @property
    def zones(self) -> list[str]:
        """Names of zones to choose from: those of the cities."""
        return sorted({self.event.timezone, *City.objects.values_list("timezone", flat=True).distinct()})

    def _row(self, unit: Unit) -> Row:
        changed = unit.field in self.both
        return Row(
            unit=unit,
            fields=[self.form[name] for name in unit.inputs],
            hidden=[self.form[name] for name in unit.derived],
            sides=[self._side(unit, listing, columns) for listing, columns in self._told],
            lock=self._lock(unit),
            now=words_of(unit, self._own, self._names) or "nothing" if changed else "",
            is_unlocked=unit.field in (self.form["unlock"].value() or ()),
        )

    def _side(self, unit: Unit, listing: Listing, columns: Mapping[str, Any]) -> Side:
        picture = _picture_of(listing, self.form.pictures) if unit.field == LOCK else None
        inputs = inputs_of({**columns, "picture": picture.source_url if picture else ""}, self._names)
        given = {name: as_text(inputs[name]) for name in (*unit.inputs, *unit.derived)}
        own = {name: as_text(self.form[name].value()) for name in given}
        return Side(
            key=f"{unit.field}:{listing.pk}",
            source=listing.origin.name,
            words=(picture.alt or "a picture") if picture else words_of(unit, columns, self._names),
            inputs=json.dumps(given),
            picture=picture,
            counts=given == own
            if picture
            else self.event.provenance.get(unit.field, {}).get("origin") == str(listing.origin_id),
            differs=given != own,
        )

    @property
    def pictures(self) -> list[tuple[Any, EventImage]]:
        """Each radio of the pictures with its picture."""
        return list(zip(self.form["picture"], self.form.pictures, strict=True))

    def _lock(self, unit: Unit) -> Lock | None:
        if unit.field not in self.event.locked_fields:
            return None
        given = self.event.provenance.get(unit.field) or {}
        return Lock(
            author=self._authors.get(given.get("by", ""), "a person"),
            at=utc_words(given.get("at", "")),
            stands="the largest picture"
            if unit.field == LOCK
            else words_of(unit, self._stands, self._names) or "nothing",
        )


def form_from(data: Any, *, event: Event, by: Actor) -> tuple[EventForm, list[str]]:
    """The form as it was sent, and the fields that it and somebody else changed.

    A button `take` fills a field with a source's value, and is not saved. Where the event has changed since the
    form was opened, what the person left alone shows the present values. Raises RightMissing.
    """
    require(by, CHANGE)
    if data.get("version") != str(event.version):
        return merged(data, event=event, by=by)
    if not data.get("take"):
        return EventForm(data, event=event, by=by), []
    name, _, listing_id = data["take"].partition(":")
    joined = data.copy()
    for listing, columns in _told_by_sources(event):
        if str(listing.pk) == listing_id and name in UNITS:
            inputs = inputs_of(columns, names_in([columns]))
            for one in (*UNITS[name].inputs, *UNITS[name].derived):
                joined[one] = as_text(inputs[one])
            if name == LOCK:
                picture = _picture_of(listing, choosable_pictures(event))
                joined["picture"] = picture.source_url if picture else ""
    return EventForm(joined, event=event, by=by), []


def suggestions(kind: str, text: str, *, city: str, by: Actor) -> list[dict[str, Any]]:
    """Venues of a city, or organizers, whose name holds `text`: the inputs that each fills. Raises RightMissing."""
    require(by, CHANGE)
    folded = fold(text[:100])
    if len(folded) < 2:
        return []
    if kind == "organizer":
        names = Organizer.objects.filter(folded_name__contains=folded, merged_into=None).order_by(
            "folded_name"
        )
        return [{"organizer": name} for name in names.values_list("name", flat=True)[:MOST_SUGGESTED]]
    found = narrowed(Place.objects.filter(folded_name__contains=folded, merged_into__isnull=True), by, "city")
    found = found.filter(city=UUID(city)) if is_uuid(city) else found
    return [
        _venue(place) for place in found.select_related("city").order_by("folded_name", "id")[:MOST_SUGGESTED]
    ]


def _venue(place: Place) -> dict[str, Any]:
    inputs = {
        "venue_name": place.name,
        "address": place.address,
        "place": place.pk,
        "city": place.city_id,
        "area": place.area_id,
        "lat": place.lat,
        "lng": place.lng,
    }
    return {name: as_text(value) for name, value in inputs.items()}


def _told_by_sources(event: Event) -> list[tuple[Listing, dict[str, Any]]]:
    """What each source says now, accepted or not, as columns."""
    listings = list(
        Listing.objects.filter(event=event)
        .select_related("origin")
        .order_by("missing_since", "-origin__trust", "pk")[:MOST_SOURCES]
    )
    words = [replace(contribution_of(listing), facts=listing.facts) for listing in listings]
    links = linked.known(words)
    told = []
    for listing, word in zip(listings, words, strict=True):
        if not (word.facts.get("title") and word.facts.get("start")):
            continue
        chosen = event_facts.canonical([word])
        told.append((listing, {**event_facts.columns(chosen.facts), **links.columns(chosen)}))
    return told


def _picture_of(listing: Listing, choosable: Sequence[EventImage]) -> EventImage | None:
    """The first of a listing's pictures that may be chosen."""
    told = sorted(listing.facts.get("images") or [], key=lambda image: not image.get("is_primary"))
    known = {image.source_url: image for image in choosable}
    return next((known[image["url"]] for image in told if image.get("url") in known), None)


def _marks(event: Event, city: City | None) -> list[PinMark]:
    """Areas and the best known venues of the event's city."""
    if city is None:
        return []
    areas = [
        PinMark(lat=area.lat, lng=area.lng, label=area.name, is_area=True)
        for area in Area.objects.filter(city=city).order_by("name")[:MOST_MARKS]
    ]
    venues = Place.objects.filter(city=city, lat__isnull=False, lng__isnull=False, merged_into__isnull=True)
    if event.lat is not None and event.lng is not None:
        near = Q(
            lat__range=(event.lat - 0.02, event.lat + 0.02), lng__range=(event.lng - 0.02, event.lng + 0.02)
        )
        venues = venues.filter(near)
    rows = venues.order_by("id").values_list("lat", "lng", "name")[:MOST_MARKS]
    return [*areas, *(PinMark(lat=lat or 0.0, lng=lng or 0.0, label=name) for lat, lng, name in rows)]
