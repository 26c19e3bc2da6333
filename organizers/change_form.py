"""The form in which a team changes an event that is there, or it and other dates of its series."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.words import price_words
from organizers.describing import known_place, performers_of, price_of, tags_of
from organizers.forms import TermsForm
from organizers.series import Scope
from organizers.times import columns_of, moment
from organizers.writing_form import LOCAL, OF_PICTURES, WritingForm, moment_field
from pipeline.contract.enums import Online
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.readable import from_readable, readable
from registrations.models import RegistrationSetup
from registrations.records import Terms

#: What is said once, when an event is told of; registration has its own form. `no_picture` is in no form without a picture.
_ONCE: Final = (
    "organizer", "repeat", "until", "times", "city", "register", "capacity", "most_guests", "has_waitlist", "questions",
    *({*OF_PICTURES} - {"no_picture"}),
)  # fmt: skip
_SCOPES: Final = (
    (Scope.THIS.value, _("This date")),
    (Scope.FOLLOWING.value, _("This and the following dates")),
    (Scope.SERIES.value, _("All dates to come")),
)


class DateTermsForm(TermsForm):
    """The terms of registration of a date, and of which others of its series they are the terms too."""

    field_order = ("is_open", "capacity", "most_guests", "has_waitlist", "closes", "questions", "scope")

    closes = moment_field(
        label=_("Until when can people register?"),
        required=False,
        help_text=_("By the clock at the event. Empty: until it begins."),
    )
    scope = forms.ChoiceField(
        label=_("For which dates?"),
        choices=_SCOPES,
        initial=Scope.THIS.value,
        widget=forms.RadioSelect,
        help_text=_("Each date has these places for itself."),
    )

    def __init__(self, *args: Any, event: Event, setup: RegistrationSetup | None, **kwargs: Any) -> None:
        super().__init__(*args, setup=setup, **kwargs)
        self.event, self.zone = event, zone_or_utc(event.timezone)
        if setup and setup.closes_at:
            self.initial["closes"] = setup.closes_at.astimezone(self.zone).strftime(LOCAL)
        if not event.series_id:
            del self.fields["scope"]

    def clean_closes(self) -> datetime | None:
        """The moment, which is not after the start."""
        said: datetime | None = self.cleaned_data["closes"]
        closes = moment(said.replace(tzinfo=None), self.zone) if said else None
        if closes and closes > self.event.start_at:
            raise forms.ValidationError(_("Choose a time before the event begins."))
        return closes

    def terms(self) -> Terms:
        """What the valid form says."""
        return replace(super().terms(), closes_at=self.cleaned_data["closes"])

    def scope_said(self) -> Scope:
        """The dates that the valid form means."""
        return Scope(self.cleaned_data.get("scope") or Scope.THIS)


class ChangeForm(WritingForm):
    """The fields of `WritingForm` that can change, filled with what the event says."""

    scope = forms.ChoiceField(
        label=_("What is changed?"), choices=_SCOPES, initial=Scope.THIS.value, widget=forms.RadioSelect
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event, self.zone = event, zone_or_utc(event.timezone)
        #: Name and address of a venue that is not in the list.
        self.new_venue: tuple[str, str] | None = None
        super().__init__(*args, organizers=(), **{"initial": self._initial(), **kwargs})
        for name in (*_ONCE, *(() if event.series_id else ("scope",))):
            del self.fields[name]
        if event.series_id:
            self.order_fields(["scope"])

    def _initial(self) -> dict[str, Any]:
        event = self.event
        start, end = event.start_at.astimezone(self.zone), event.end_at
        if event.all_day and event.end_date != event.start_date:
            end = datetime.combine(event.end_date, start.time(), self.zone)
        elif event.all_day:
            end = None
        return {
            "title": event.title,
            "start": start.strftime(LOCAL),
            "end": end.astimezone(self.zone).strftime(LOCAL) if end else "",
            "all_day": event.all_day,
            "doors": event.doors_at.astimezone(self.zone).strftime(LOCAL) if event.doors_at else "",
            "venue": event.venue_name,
            "address": event.address,
            "performers": "\n".join(event.performers),
            "online": event.online != Online.NO,
            "online_url": event.online_url,
            "description": readable(event.description),
            "category": event.category_id,
            "tags": ", ".join(event.tags),
            "language": event.language,
            "age_limit": "" if event.age_limit is None else str(event.age_limit),
            "accessibility": [name for name, has in event.accessibility.items() if has is True],
            "price": price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
            "url": event.url,
            "ticket_url": event.ticket_url,
            "version": event.version,
        }

    def clean(self) -> dict[str, Any]:
        """Find the venue: one that is known in the event's city, or a new one by its name and address."""
        said = super().clean()
        self.place, changed = None, {*self.changed_data}
        if not changed & {"venue", "address"} or not said.get("venue") or self.event.city is None:
            return said
        if "address" not in changed or not said.get("address"):
            self.place = known_place(said["venue"], self.event.city)
        if self.place is None and "address" in changed and said.get("address"):
            self.new_venue = said["venue"], said["address"]
        elif self.place is None:
            self.add_error(
                "address", _("We know no venue, or several, of this name here. Write its address too.")
            )
        return said

    def columns(self) -> dict[str, Any]:
        """The changed columns of the event."""
        said, changed = self.cleaned_data, {*self.changed_data}
        found: dict[str, Any] = {
            name: said[name]
            for name in ("title", "online_url", "language", "url", "ticket_url")
            if name in changed
        }
        readers: Mapping[str, Callable[[], dict[str, Any]]] = {
            "description": lambda: {"description": from_readable(said["description"])},
            "category": lambda: {"category_id": said["category"] or "other"},
            "tags": lambda: {"tags": tags_of(said)},
            "age_limit": lambda: {
                "age_limit": SIMPLE["age_limit"].read(said["age_limit"]) if said["age_limit"] else None
            },
            "accessibility": self._access,
            "price": self._price,
            "online": lambda: {"online": self._online()},
            "venue": lambda: {"place_id": self.place.id} if self.place else {},
            "performers": lambda: {"performers": performers_of(said)},
            "doors": lambda: {"doors_at": said["doors"].replace(tzinfo=self.zone) if said["doors"] else None},
        }
        for name, read in readers.items():
            if name in changed:
                found |= read()
        if changed & {"start", "end", "all_day"}:
            end = said.get("end")
            found |= columns_of(self._time(said["start"]), self._time(end) if end else None, zone=self.zone)
        return found

    def _access(self) -> dict[str, Any]:
        """What the boxes say; what else is known of it stays."""
        known = dict(self.fields["accessibility"].choices)  # type: ignore[attr-defined]
        kept = {name: has for name, has in self.event.accessibility.items() if name not in known}
        return {"accessibility": {**kept, **dict.fromkeys(self.cleaned_data["accessibility"], True)}}

    def _price(self) -> dict[str, Any]:
        price = price_of(self.cleaned_data["price"], self.event.city)
        return {
            "price_type": price.type.value,
            "price_min": price.min,
            "price_max": price.max,
            "price_currency": price.currency,
        }

    def _online(self) -> str:
        if not self.cleaned_data["online"]:
            return Online.NO.value
        return (Online.BOTH if self.cleaned_data["venue"] else Online.YES).value

    def _time(self, given: datetime) -> datetime | date:
        return given.date() if self.cleaned_data["all_day"] else given.replace(tzinfo=None)
