"""The form in which a team writes an event or a series, or changes one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline.connectors.inbound.submission import LIMITS, MOST_DATES
from pipeline.contract.fields import SIMPLE
from pipeline.dates.repeats import CODES
from pipeline.dates.window import HORIZON
from pipeline.taxonomy import CATEGORIES
from places.enums import CityState
from places.models import City
from registrations.services.opening import MOST_GUESTS, MOST_QUESTIONS, MOST_SEATS

LOCAL: Final = "%Y-%m-%dT%H:%M"
#: What a team says about access, by the keys of `pipeline.refinement.facts.access`.
ACCESS: Final = (
    ("wheelchair", _("Step-free, for wheelchairs")),
    ("accessible_toilet", _("Accessible toilet")),
    ("sign_language", _("Sign language")),
    ("captions", _("Captions")),
    ("hearing_loop", _("Hearing loop")),
    ("audio_description", _("Audio description")),
    ("relaxed", _("Relaxed, sensory friendly")),
    ("gender_neutral_toilets", _("Gender-neutral toilets")),
    ("companion_ticket", _("Companions come free")),
    ("service_animals", _("Assistance dogs are welcome")),
)
_REPEATS: Final = (
    ("", _("Once")),
    ("weekly", _("Every week")),
    ("fortnightly", _("Every second week")),
    ("month_day", _("Every month on this day of the month")),
    ("month_weekday", _("Every month on this weekday, such as the first Friday")),
)


#: The fields that are about a picture.
OF_PICTURES: Final = ("picture", "focus", "alt", "no_picture")


def moment_field(**more: Any) -> forms.DateTimeField:
    """A field of a day and an hour, by a clock that the form names."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"], **more)


def _link(label: Any, **more: Any) -> forms.URLField:
    return forms.URLField(label=label, required=False, max_length=2000, assume_scheme="https", **more)


class WritingForm(forms.Form):
    """Times are clocks at the event, in the zone of its city. `organizers`: (id, name) of those that the person speaks for."""

    required_css_class: ClassVar[str] = "required"

    organizer = forms.ChoiceField(label=_("Who makes it happen?"))
    title = forms.CharField(label=_("What is it called?"), max_length=200)
    start = moment_field(label=_("When does it begin?"), help_text=_("The clock at the event."))
    end = moment_field(label=_("When does it end?"), required=False)
    doors = moment_field(label=_("When do the doors open?"), required=False)
    all_day = forms.BooleanField(label=_("It takes all day"), required=False)
    repeat = forms.ChoiceField(label=_("Does it repeat?"), choices=_REPEATS, required=False)
    until = forms.DateField(
        label=_("Repeats until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day, or the number of dates below."),
    )
    times = forms.IntegerField(label=_("How many dates?"), required=False, min_value=2, max_value=MOST_DATES)
    city = forms.ModelChoiceField(
        queryset=City.objects.filter(state=CityState.ACTIVE),
        to_field_name="slug",
        label=_("City"),
        empty_label=_("Choose"),
    )
    venue = forms.CharField(
        label=_("Where?"),
        max_length=200,
        required=False,
        help_text=_("Type the name; known venues are offered."),
    )
    address = forms.CharField(label=_("Address"), max_length=LIMITS["address"], required=False)
    online = forms.BooleanField(label=_("It is online"), required=False)
    online_url = _link(_("Where is it online?"))
    description = forms.CharField(
        label=_("What happens there?"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    performers = forms.CharField(
        label=_("Who performs?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in a line."),
    )
    category = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Not sure")), *((row.slug, _(row.name)) for row in CATEGORIES)],
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=LIMITS["tags"],
        required=False,
        help_text=_("With commas, such as jazz, vinyl."),
    )
    language = forms.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        label=_("Language"),
        max_length=12,
        required=False,
        help_text=_("Its code, such as en or kn."),
    )
    age_limit = forms.CharField(
        label=_("Age limit"), max_length=20, required=False, help_text=_("Such as 18+; 0 for all ages.")
    )
    accessibility = forms.MultipleChoiceField(
        label=_("Accessibility"), choices=ACCESS, required=False, widget=forms.CheckboxSelectMultiple
    )
    price = forms.CharField(
        label=_("Price"),
        max_length=100,
        required=False,
        help_text=_("As you would say it, such as free or Rs 500."),
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("A JPEG, PNG or WebP of at most 12 MB. It is cut to 16:9."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    focus = forms.IntegerField(
        label=_("Which part is kept?"),
        required=False,
        help_text=_("From the left or the top (0) to the right or the bottom (100); 50 is the middle."),
        min_value=0,
        max_value=100,
        initial=50,
        widget=forms.NumberInput(attrs={"type": "range", "step": "5"}),
    )
    alt = forms.CharField(
        label=_("What does the picture show?"),
        required=False,
        help_text=_("A sentence for people who do not see it, such as: three musicians on a dark stage."),
        max_length=300,
    )
    no_picture = forms.BooleanField(label=_("Without the picture that it has"), required=False)
    url = _link(_("Its own page"))
    ticket_url = _link(_("Where are tickets sold?"), help_text=_("Empty if people register here."))
    register = forms.BooleanField(label=_("People register here"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=MOST_SEATS, help_text=_("Empty: no bound.")
    )
    most_guests = forms.IntegerField(
        label=_("Guests that one person may bring"), required=False, min_value=0, max_value=MOST_GUESTS
    )
    has_waitlist = forms.BooleanField(label=_("When it is full, people can wait"), required=False)
    questions = forms.CharField(
        label=_("Questions to those who register"),
        required=False,
        max_length=2500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in a line; a * at the end of those that must be answered."),
    )

    def __init__(
        self, *args: Any, organizers: Sequence[tuple[str, str]], has_picture: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not has_picture:
            del self.fields["no_picture"]
        self.fields["organizer"].choices = organizers  # type: ignore[attr-defined]
        self.fields["venue"].widget.attrs |= {"list": "venues", "autocomplete": "off"}

    def clean_age_limit(self) -> str:
        """An age that can be read."""
        said: str = self.cleaned_data["age_limit"]
        if said and SIMPLE["age_limit"].read(said) is None:
            raise forms.ValidationError(_("This is no age. Write it such as 18+, or 0 for all ages."))
        return said

    def clean_questions(self) -> str:
        """Not too many."""
        said: str = self.cleaned_data["questions"]
        if len([line for line in said.splitlines() if line.strip()]) > MOST_QUESTIONS:
            raise forms.ValidationError(_("Ask at most ten questions."))
        return said

    def clean(self) -> dict[str, Any]:
        """Refuse times, places and repetitions that cannot be, each at its field with what to do."""
        said: dict[str, Any] = super().clean() or {}
        start, end = said.get("start"), said.get("end")
        if start and end and end < start:
            self.add_error("end", _("The end is before the start. Give a later one, or leave it empty."))
        if start and said.get("doors") and said["doors"] > start:
            self.add_error(
                "doors", _("The doors open after it begins. Give an earlier time, or leave it empty.")
            )
        if not (said.get("venue") or said.get("address") or said.get("online")):
            self.add_error(
                "venue", _("Say where it is: the name of the venue, an address, or that it is online.")
            )
        if said.get("ticket_url") and said.get("register"):
            self.add_error("ticket_url", _("Tickets are sold there, or people register here: choose one."))
        if said.get("repeat") and start:
            self._check_repeat(said, start)
        return said

    def _check_repeat(self, said: Mapping[str, Any], start: datetime) -> None:
        until, times = said.get("until"), said.get("times")
        if (until is None) == (times is None):
            self.add_error(
                "until", _("Say until when it repeats, or how many dates there are: one of the two.")
            )
        elif until is not None and until <= start.date():
            self.add_error("until", _("This is not after the first date. Give a later day."))
        elif until is not None and until > start.date() + HORIZON:
            self.add_error(
                "until", _("At most %(days)s days ahead. Give an earlier day.") % {"days": HORIZON.days}
            )

    def said(self) -> dict[str, Any]:
        """What the valid form holds beside the picture, as JSON, from which it can be filled again."""
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in OF_PICTURES and value not in (None, "", [], False)
        }
        found["city"] = self.cleaned_data["city"].slug
        for name in ("start", "end", "doors"):
            if name in found:
                found[name] = found[name].replace(tzinfo=None).strftime(LOCAL)
        if "until" in found:
            found["until"] = found["until"].isoformat()
        return found


def rule_of(said: Mapping[str, Any]) -> str:
    """The recurrence rule (RFC 5545) of what a form holds, '' for one date."""
    kind = said.get("repeat")
    if not kind:
        return ""
    start = datetime.fromisoformat(said["start"])
    day = CODES[start.weekday()]
    nth = (start.day - 1) // 7 + 1
    rule = {
        "weekly": f"FREQ=WEEKLY;BYDAY={day}",
        "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "month_day": f"FREQ=MONTHLY;BYMONTHDAY={start.day}",
        "month_weekday": f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{day}",
    }[kind]
    if said.get("times"):
        return f"{rule};COUNT={said['times']}"
    return f"{rule};UNTIL={date.fromisoformat(said['until']):%Y%m%d}T235959"


def questions_of(text: str) -> tuple[dict[str, Any], ...]:
    """The lines of the field as questions."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(
        {"id": f"q{number + 1}", "label": line.removesuffix("*").strip(), "required": line.endswith("*")}
        for number, line in enumerate(lines)
    )


def repeat_words(said: Mapping[str, Any]) -> str:
    """How it repeats, for people; '' for one date."""
    words = str(dict(_REPEATS).get(said.get("repeat", ""), ""))
    if not said.get("repeat"):
        return ""
    if said.get("times"):
        return gettext("%(how)s, %(number)s dates") % {"how": words, "number": said["times"]}
    return gettext("%(how)s until %(day)s") % {"how": words, "day": said["until"]}
