"""The form of an event for people: times as clocks show them in the event's own zone, errors that name the remedy."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q

from accounts.exceptions import InputRefused
from accounts.rights import Actor
from accounts.user_input import checked_value
from events.editing.answers import READERS, Wrong, read
from events.editing.inputs import (
    ALL_DAY,
    TIME,
    UNKNOWN,
    as_text,
    columns_of_event,
    inputs_of,
    names_in,
    unlisted,
)
from events.editing.units import UNIT_OF, UNITS
from events.editing.wall import FIRST, SECOND
from events.enums import Happening
from events.models import Category, Event
from events.services.primary_picture import PICTURE, choosable_pictures
from pipeline.contract.enums import Online, PriceType, Setting
from pipeline.contract.fields import SIMPLE
from pipeline.dates.zones import zone_named
from pipeline.text.readable import from_readable
from places.models import Area, City, Place
from places.queries.reach import narrowed

_HAPPENING: Final = {
    Happening.SCHEDULED: "as planned", Happening.RESCHEDULED: "at a new time", Happening.POSTPONED: "postponed",
    Happening.MOVED_ONLINE: "moved online", Happening.CANCELLED: "cancelled",
}  # fmt: skip
_ONLINE: Final = {Online.NO: "at a venue", Online.YES: "online", Online.BOTH: "at a venue and online"}
_SETTING: Final = {Setting.UNKNOWN: "not known", Setting.INDOOR: "indoors", Setting.OUTDOOR: "outdoors"}
_PRICES: Final = {
    PriceType.UNKNOWN: "not known", PriceType.FREE: "free", PriceType.PAID: "paid", PriceType.DONATION: "donation",
    PriceType.VARIABLE: "it varies",
}  # fmt: skip
_KINDS: Final = {TIME: "at a time", ALL_DAY: "all day", UNKNOWN: "the time is not known"}
_WHICH: Final = {"": "only once that day", FIRST: "the first", SECOND: "the second"}
#: Inputs that are lists of words in one line.
LISTS: Final = ("tags", "performers")


class _Text(forms.CharField):
    """A text whose line ends are the same from every browser."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(label: str, help_text: str = "", **more: Any) -> _Text:
    return _Text(label=label, help_text=help_text, required=False, **more)


def _choice(label: str, words: Mapping[Any, str], **more: Any) -> forms.ChoiceField:
    choices = [(str(getattr(value, "value", value)), name) for value, name in words.items()]
    wrong = {
        "invalid_choice": f"{label} is none of the choices. Choose one.",
        "required": f"{label} is missing. Choose one.",
    }
    return forms.ChoiceField(label=label, choices=choices, error_messages=wrong, **more)


def _day(label: str, *, required: bool = False) -> forms.DateField:
    wrong = {
        "invalid": f"{label} is not a date. Write it as 2026-11-21.",
        "required": f"{label} is missing. Write it as 2026-11-21.",
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, error_messages=wrong, widget=widget, input_formats=["%Y-%m-%d"]
    )


def _clock(label: str) -> forms.TimeField:
    wrong = {"invalid": f"{label} is not a time. Write it as 20:00."}
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, error_messages=wrong, widget=widget)


def _degrees(label: str, most: int) -> forms.FloatField:
    words = f"{label} is a number from -{most} to {most}."
    wrong = {"invalid": words, "min_value": words, "max_value": words}
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(
        label=label, required=False, min_value=-most, max_value=most, error_messages=wrong, widget=widget
    )


def _amount(label: str) -> forms.DecimalField:
    wrong = {
        "invalid": f"{label} is not a number. Write it as 450 or 12.50.",
        "min_value": f"{label} is below 0. Write what it costs.",
    }
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=12, decimal_places=2, error_messages=wrong
    )


class EventForm(forms.Form):
    """What a person changes about an event.

    After `is_valid`, `values` is {column: value} of what differs, and `unlock` names the fields that are given back
    to their sources.
    """

    title = _text("Title", strip=True)
    description = _text(
        "Description",
        "A blank line begins a paragraph. - begins an item; **bold**, *italic*, [words](address).",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    happening = _choice("It takes place", _HAPPENING)
    sold_out = forms.BooleanField(label="Sold out", required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label="Category", empty_label=None)
    subcategory = _text("Subcategory")
    tags = _text("Tags", "Separate them by commas.")
    language = _text("Language", "A code such as en, de or kn.")

    timezone = _text(
        "Time zone", "Times below are in this zone. Another zone leaves the clock times as they are."
    )
    kind = _choice("When in the day", _KINDS, widget=forms.RadioSelect)
    start_day = _day("Start day", required=True)
    start_clock = _clock("Start time")
    start_which = _choice("Which of two equal start times", _WHICH, required=False)
    end_day = _day("End day")
    end_clock = _clock("End time")
    end_which = _choice("Which of two equal end times", _WHICH, required=False)
    doors_clock = _clock("Doors")
    opening_hours = _text("Opening hours", "For what goes on for days, such as Tu-Su 10:00-18:00.")

    venue_name = _text("Venue", "A venue that is known fills address and point.")
    place = forms.ModelChoiceField(Place.objects.none(), required=False, widget=forms.HiddenInput)
    address = _text("Address")
    city = forms.ModelChoiceField(City.objects.none(), label="City", required=False, empty_label="none")
    area = forms.ModelChoiceField(Area.objects.none(), label="Area", required=False, empty_label="none")
    lat = _degrees("Latitude", 90)
    lng = _degrees("Longitude", 180)
    online = _choice("Where people attend", _ONLINE)
    online_url = _text("Online address")
    setting = _choice("Setting", _SETTING)

    price_type = _choice("Price", _PRICES)
    price_min = _amount("Lowest price")
    price_max = _amount("Highest price")
    price_currency = _text("Currency", "Three letters, such as INR.", max_length=3)
    offers = _text(
        "Several prices", "One a line, such as “Students ₹200”.", widget=forms.Textarea(attrs={"rows": 2})
    )

    url = _text("Page", widget=forms.URLInput)
    ticket_url = _text("Tickets", widget=forms.URLInput)
    organizer = _text("Organizer")
    performers = _text("Performers", "Separate them by commas; put a name with a comma in quotes.")
    capacity = forms.IntegerField(label="Seats", required=False, min_value=0, max_value=2_000_000)

    picture = forms.ChoiceField(
        label="Picture that is shown first",
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Picture is none of the event's pictures any more. Choose one of those shown."
        },
    )

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    unlock = forms.MultipleChoiceField(required=False, choices=())

    def __init__(self, data: Any = None, *, event: Event, by: Actor, **more: Any) -> None:
        self.event, self.by = event, by
        columns = columns_of_event(event)
        self.names = names_in([columns])
        self.inputs = inputs_of(columns, self.names)
        super().__init__(data, initial={**self.inputs, "version": event.version}, **more)
        self._simple_fields()
        self._narrow_choices()
        for name, field in self.fields.items():
            if isinstance(field, _Text):
                self.initial[name] = field.to_python(self.initial.get(name))
        self.initial["opened"] = json.dumps({name: _mark(value) for name, value in self.inputs.items()})
        self.values: dict[str, Any] = {}

    def _simple_fields(self) -> None:
        for name, simple in SIMPLE.items():
            column: Any = Event._meta.get_field(name)
            self.fields[name] = column.formfield(
                required=False, label=simple.label, help_text=f"{simple.about}."
            )

    def _narrow_choices(self) -> None:
        """Only cities, areas and places where the actor may work, and those that the event has."""
        chosen: Any = self.data.get("city") if self.is_bound else self.event.city_id
        cities: Any = self.fields["city"]
        cities.queryset = narrowed(City.objects.all(), self.by, "pk").order_by("name")
        areas: Any = self.fields["area"]
        areas.error_messages["invalid_choice"] = "Area is of another city. Choose one of this city, or none."
        known = {str(city.pk) for city in cities.queryset} if self.is_bound else set()
        areas.queryset = Area.objects.filter(
            city=chosen if chosen in known or not self.is_bound else None
        ).order_by("name")
        places: Any = self.fields["place"]
        held = Q(pk=self.event.place_id) if self.event.place_id else Q(pk__in=())
        own = narrowed(Place.objects.all(), self.by, "city").values("pk")
        places.queryset = Place.objects.filter(held | Q(pk__in=own, merged_into__isnull=True))
        picture: Any = self.fields["picture"]
        self.pictures = choosable_pictures(self.event)
        picture.choices = [(image.source_url, image.alt or image.source_url) for image in self.pictures]
        unlock: Any = self.fields["unlock"]
        unlock.choices = [(name, name) for name in self.event.locked_fields]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not title:
            raise forms.ValidationError("Title is empty. Say what the event is called.")
        return title

    def clean_timezone(self) -> ZoneInfo:
        zone = zone_named(self.cleaned_data["timezone"])
        if zone is None:
            raise forms.ValidationError(
                "Time zone is not known. Write its name, such as Asia/Kolkata or Europe/Vienna."
            )
        return zone

    def clean(self) -> dict[str, Any]:
        """Collect `values`, with one error for each input that cannot be taken."""
        told = self.cleaned_data
        changed = {name for name in self.changed_data if name in UNIT_OF and name not in self.errors}
        for unit in {UNIT_OF[name].field for name in changed}:
            if not {*UNITS[unit].inputs, *UNITS[unit].derived} & self.errors.keys():
                self._collect(unit, told, changed)
        return told

    @property
    def unlock_fields(self) -> tuple[str, ...]:
        """The fields to give back to their sources."""
        return tuple(self.cleaned_data.get("unlock", ()))

    def _collect(self, unit: str, told: Mapping[str, Any], changed: set[str]) -> None:
        try:
            if unit in READERS:
                values = read(unit, told, changed=changed, by=self.by, event=self.event)
            else:
                values = {
                    _column(name): _value(name, told[name]) for name in UNITS[unit].inputs if name in changed
                }
        except Wrong as wrong:
            self.add_error(wrong.name, wrong.detail)
            return
        for column, value in values.items():
            if column == PICTURE:
                self.values |= {PICTURE: value} if value else {}
                continue
            try:
                self.values[column] = checked_value(Event._meta.get_field(column), value)  # type: ignore[arg-type]
            except InputRefused as refused:
                self.add_error(_input(column), refused.detail)


def merged(data: Any, *, event: Event, by: Actor) -> tuple[EventForm, list[str]]:
    """The form again, after the event changed under it: what the person left alone shows the present values.

    Returns the form too of which fields both changed.
    """
    fresh = EventForm(event=event, by=by)
    try:
        opened = json.loads(data.get("opened") or "{}")
    except ValueError:
        opened = {}
    joined, both = data.copy(), []
    for name, value in fresh.inputs.items():
        if not isinstance(opened, dict) or name not in opened or opened[name] == _mark(value):
            continue
        if _mark(_sent(fresh, name, data)) == opened[name]:
            joined[name] = as_text(value)
        else:
            both.append(UNIT_OF[name].field)
    joined["version"], joined["opened"] = str(event.version), fresh.initial["opened"]
    return EventForm(joined, event=event, by=by), list(dict.fromkeys(both))


def _sent(form: EventForm, name: str, data: Any) -> Any:
    """An input as it was sent, in the form of the event's own."""
    try:
        value = form.fields[name].to_python(form.fields[name].widget.value_from_datadict(data, {}, name))
    except forms.ValidationError:
        return data.get(name)
    return getattr(value, "pk", value)


def _mark(value: Any) -> str:
    """A short hash by which the same value is known again."""
    text = as_text(value).replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _column(name: str) -> str:
    return "category_id" if name == "category" else name


def _input(column: str) -> str:
    return (
        column.removesuffix("_id")
        if column.removesuffix("_id") in UNIT_OF
        else column
        if column in UNIT_OF
        else "title"
    )


def _value(name: str, value: Any) -> Any:
    if name in LISTS:
        return unlisted(value)
    if name == "description":
        return from_readable(value)
    if name in SIMPLE or name == "capacity":
        return value if value is not None or Event._meta.get_field(name).null else ""
    return getattr(value, "pk", value)
