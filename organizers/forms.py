"""Forms of the organizer's desk."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.services.own_events import OWN_COLUMNS
from organizers.times import columns_of
from pipeline.contract.enums import OrganizerType
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.readable import from_readable, readable
from places.enums import CityState, PlaceState, TeamRole
from places.models import City, Place
from registrations.enums import MessageAudience
from registrations.models import RegistrationSetup
from registrations.records import Letter, Terms
from registrations.services.messaging import LONGEST_SUBJECT, LONGEST_TEXT
from registrations.services.opening import MOST_GUESTS, MOST_QUESTIONS, MOST_SEATS, keep_ids

_ROLES = (
    (TeamRole.EDITOR.value, _("Editor: changes events")),
    (TeamRole.HELPER.value, _("Helper: sees lists and checks in")),
    (TeamRole.OWNER.value, _("Owner: everything, and the team")),
)
_TYPES = (
    ("", _("Not said")),
    (OrganizerType.BUSINESS.value, _("A business")),
    (OrganizerType.COMMUNITY.value, _("A community or club")),
    (OrganizerType.INDIVIDUAL.value, _("A person")),
    (OrganizerType.GOVERNMENT.value, _("A public body")),
)
_LOCAL = "%Y-%m-%dT%H:%M"


class OrganizerForm(forms.Form):
    """A new organizer."""

    name = forms.CharField(label=_("What is the organizer called?"), max_length=200)
    type = forms.ChoiceField(label=_("What is it?"), choices=_TYPES, required=False)
    url = forms.URLField(label=_("Its website"), required=False, max_length=2000, assume_scheme="https")


class InviteForm(forms.Form):
    """Somebody for the team."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("What may they do?"), choices=_ROLES)


class RoleForm(forms.Form):
    """Another role of a member."""

    role = forms.ChoiceField(choices=_ROLES)


class EventForm(forms.Form):
    """What a team changes of its event; times as clocks at the event show them."""

    title = forms.CharField(label=_("Title"), max_length=200)
    start = forms.DateTimeField(
        label=_("Begins"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    end = forms.DateTimeField(
        label=_("Ends"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    description = forms.CharField(
        label=_("What is it about?"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    url = forms.URLField(label=_("Its own page"), required=False, max_length=2000, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.zone: ZoneInfo = zone_or_utc(event.timezone)
        self.all_day = event.all_day
        initial = {
            "title": event.title,
            "start": event.start_at.astimezone(self.zone).strftime(_LOCAL),
            "end": event.end_at.astimezone(self.zone).strftime(_LOCAL) if event.end_at else "",
            "description": readable(event.description),
            "url": event.url,
            "version": event.version,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        said: dict[str, Any] = super().clean() or {}
        start, end = said.get("start"), said.get("end")
        if start and end and end < start:
            self.add_error("end", _("The end is before the start. Give a later one, or leave it empty."))
        return said

    def columns(self) -> dict[str, Any]:
        """The changed columns of the event."""
        said: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in ("title", "description", "url")
            if name in self.changed_data
        }
        if "description" in said:
            said["description"] = from_readable(said["description"])
        if {"start", "end"} & {*self.changed_data}:
            start, end = self.cleaned_data["start"], self.cleaned_data.get("end")
            said |= columns_of(self._local(start), self._local(end) if end else None, zone=self.zone)
        return {name: value for name, value in said.items() if name in OWN_COLUMNS}

    def _local(self, given: datetime) -> datetime | date:
        """What was typed: the clock at the event, only the day of an event without hours."""
        return given.date() if self.all_day else given.replace(tzinfo=None)


class PictureForm(forms.Form):
    """A picture for an event."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("A JPEG, PNG or WebP of at most 12 MB. It is cut to 16:9."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    focus = forms.IntegerField(
        label=_("Which part is kept?"),
        help_text=_("From the left or the top (0) to the right or the bottom (100); 50 is the middle."),
        min_value=0,
        max_value=100,
        initial=50,
        widget=forms.NumberInput(attrs={"type": "range", "step": "5"}),
    )
    alt = forms.CharField(
        label=_("What does the picture show?"),
        help_text=_("A sentence for people who do not see it, such as: three musicians on a dark stage."),
        max_length=300,
    )


class CalendarForm(forms.Form):
    """The address of a calendar elsewhere."""

    url = forms.CharField(
        label=_("Address of the calendar"),
        max_length=2000,
        help_text=_("Of an iCalendar (.ics), an RSS feed, or a page with dates."),
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://…"}),
    )
    city = forms.ModelChoiceField(
        queryset=City.objects.filter(state=CityState.ACTIVE),
        to_field_name="slug",
        label=_("City of its events"),
        empty_label=_("Choose"),
    )


class TermsForm(forms.Form):
    """On which terms people register."""

    is_open = forms.BooleanField(label=_("People can register"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=MOST_SEATS, help_text=_("Empty: no bound.")
    )
    most_guests = forms.IntegerField(
        label=_("Guests that one person may bring"), min_value=0, max_value=MOST_GUESTS, initial=0
    )
    has_waitlist = forms.BooleanField(label=_("When it is full, people can wait"), required=False)
    questions = forms.CharField(
        label=_("Questions"),
        required=False,
        max_length=2500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in a line; a * at the end of those that must be answered."),
    )

    def __init__(self, *args: Any, setup: RegistrationSetup | None, **kwargs: Any) -> None:
        self.setup = setup
        asked = setup.questions if setup else []
        initial = {
            "is_open": setup.is_open if setup else True,
            "capacity": setup.capacity if setup else None,
            "most_guests": setup.most_guests if setup else 0,
            "has_waitlist": setup.has_waitlist if setup else True,
            "questions": "\n".join(one["label"] + (" *" if one.get("required") else "") for one in asked),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})

    def clean_questions(self) -> list[dict[str, Any]]:
        """The lines as questions."""
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(lines) > MOST_QUESTIONS:
            raise forms.ValidationError(_("Ask at most ten questions."))
        return [{"label": line.removesuffix("*").strip(), "required": line.endswith("*")} for line in lines]

    def terms(self) -> Terms:
        """What the valid form says."""
        said = self.cleaned_data
        return Terms(
            is_open=said["is_open"],
            capacity=said["capacity"],
            most_guests=said["most_guests"],
            has_waitlist=said["has_waitlist"],
            questions=keep_ids(said["questions"], self.setup.questions if self.setup else ()),
        )


class LetterForm(forms.Form):
    """A message to those who come, or wait."""

    audience = forms.ChoiceField(
        label=_("To whom?"),
        choices=(
            (MessageAudience.ALL.value, _("Everybody who comes or waits")),
            (MessageAudience.SEATS.value, _("Those with a place")),
            (MessageAudience.WAITLIST.value, _("The waitlist")),
        ),
    )
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("What do you write?"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )

    def letter(self) -> Letter:
        """What the valid form says."""
        said = self.cleaned_data
        return Letter(audience=MessageAudience(said["audience"]), subject=said["subject"], text=said["text"])


class VenueForm(forms.Form):
    """What a team says of its venue; what a moderator set cannot be changed."""

    opening_hours = forms.CharField(
        label=_("Opening hours"),
        required=False,
        max_length=500,
        help_text=_("Such as Mo-Fr 18:00-24:00; Sa 16:00-02:00; PH off"),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    website = forms.URLField(label=_("Website"), required=False, max_length=500, assume_scheme="https")
    state = forms.ChoiceField(
        label=_("Does it exist?"),
        choices=((PlaceState.ACTIVE.value, _("Yes")), (PlaceState.CLOSED.value, _("It has closed for good"))),
    )

    def __init__(self, *args: Any, place: Place, moderated: frozenset[str], **kwargs: Any) -> None:
        initial = {name: getattr(place, name) for name in self.base_fields}
        super().__init__(*args, **{"initial": initial, **kwargs})
        for name in moderated & self.fields.keys():
            self.fields[name].disabled = True

    def values(self) -> dict[str, str]:
        """The changed fields."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
