"""The form for visitors' events: few fields, a honeypot for bots, and a signed timestamp."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts import stamps
from accounts.stamps import StampRefused, check_stamp
from accounts.traps import TrappedForm
from pipeline.connectors.inbound.submission import LIMITS
from pipeline.taxonomy import CATEGORIES
from places.enums import CityState
from places.models import City

#: A person needs longer than this to fill the form.
LEAST_SECONDS = 4
_SALT = "sources.submission"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SubmissionForm(TrappedForm):
    """What a visitor tells of an event."""

    title = forms.CharField(max_length=200, label=_("What is it called?"))
    start = forms.DateTimeField(
        label=_("When does it begin?"),
        help_text=_("Local time of the city."),
        widget=_moment(),
    )
    end = forms.DateTimeField(label=_("When does it end?"), required=False, widget=_moment())
    all_day = forms.BooleanField(label=_("It takes all day"), required=False)
    city = forms.ModelChoiceField(
        queryset=City.objects.filter(state=CityState.ACTIVE),
        to_field_name="slug",
        label=_("City"),
        empty_label=_("Choose"),
    )
    venue = forms.CharField(max_length=200, label=_("Where?"), help_text=_("Name of the place."))
    address = forms.CharField(max_length=LIMITS["address"], required=False, label=_("Address"))
    description = forms.CharField(
        max_length=5000,
        required=False,
        label=_("What happens there?"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    category = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=[("", _("Not sure")), *((row.slug, _(row.name)) for row in CATEGORIES)],
    )
    price = forms.CharField(
        max_length=100,
        required=False,
        label=_("Price"),
        help_text=_("As you would say it, such as free or Rs 500."),
    )
    url = forms.CharField(
        max_length=LIMITS["url"],
        required=False,
        label=_("Link"),
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(),
    )
    organizer = forms.CharField(max_length=200, required=False, label=_("Who makes it happen?"))
    email = forms.EmailField(
        max_length=254,
        required=False,
        label=_("Your mail address"),
        help_text=_("Only if you want the link by mail on which you follow what becomes of it."),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput())  # fmt: skip

    def _check_opened(self, stamp: str) -> None:
        """Check the stamp: ours, old enough, not too old.

        Errors stand above the form, since the field is hidden; the form shown again has a new stamp.
        """
        try:
            check_stamp(stamp, _SALT, least_seconds=LEAST_SECONDS)
        except StampRefused as refused:
            self.add_error(None, refused.detail)

    def clean(self) -> dict[str, Any]:
        """Check that the end is not before the start, and the stamp."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_opened(cleaned.get("opened", ""))
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", _("This is before the start."))
        return cleaned

    def fields_of_event(self) -> dict[str, Any]:
        """The fields for the connector `submission`: times without offset, in the city's zone."""
        cleaned = self.cleaned_data
        days = cleaned["all_day"]
        moments = {
            name: (
                cleaned[name].strftime("%Y-%m-%d") if days else cleaned[name].strftime("%Y-%m-%dT%H:%M:%S")
            )
            for name in ("start", "end")
            if cleaned.get(name)
        }
        texts = {
            name: cleaned[name]
            for name in ("title", "venue", "address", "description", "category", "price", "url", "organizer")
        }
        return {**texts, **moments, "all_day": days, "city": cleaned["city"].slug}


def stamp(*, opened_at: float) -> str:
    """The value of `opened`: seconds since 1970, signed."""
    return stamps.stamp(_SALT, opened_at=opened_at)
