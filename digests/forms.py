"""The forms of subscriptions."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from digests.enums import Cadence, Target
from digests.models import Subscription
from digests.services import Wishes
from digests.targets import Wanted, zone_of
from events.models import Category
from places.enums import CityState
from places.models import City
from places.validators import validate_timezone

CADENCES: Final = (
    (Cadence.WEEKLY.value, _("Once a week")),
    (Cadence.DAILY.value, _("Once a day")),
    (Cadence.INSTANT.value, _("At once, when something new is announced")),
)
WEEKDAYS: Final = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
HOURS: Final = tuple((hour, f"{hour:02d}:00") for hour in range(24))
#: Targets that categories narrow.
_NARROWED: Final = (Target.CITY, Target.AREA, Target.VENUE, Target.ORGANIZER)


class _Categories(forms.ModelMultipleChoiceField):
    """Categories under their names in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return str(_(obj.name))


class WishesForm(forms.Form):
    """How often, when, in which language and of which categories."""

    cadence = forms.ChoiceField(label=_("How often"), choices=CADENCES)
    weekday = forms.TypedChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, required=False, empty_value=None,
        help_text=_("The day of the mail that comes once a week."),
    )  # fmt: skip
    hour = forms.TypedChoiceField(label=_("At"), choices=HOURS, coerce=int, required=False, empty_value=None)
    timezone = forms.CharField(
        label=_("By the clock of"),
        required=False,
        max_length=64,
        validators=[validate_timezone],
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    categories = _Categories(
        queryset=Category.objects.none(),
        required=False,
        label=_("Only these"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, target: Target | str = Target.CITY, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].widget.attrs["placeholder"] = zone or "Europe/London"
        self.fields["timezone"].help_text = _("A time zone such as Europe/London. Empty: that of the city.")
        if target in _NARROWED:
            self.fields["categories"].queryset = Category.objects.exclude(slug="other")  # type: ignore[attr-defined]
        else:
            del self.fields["categories"]

    @classmethod
    def of(cls, row: Subscription, data: Any = None) -> "WishesForm":
        """The form of a subscription as it is, or as `data` changes it."""
        initial = {
            "cadence": row.cadence, "weekday": row.weekday, "hour": row.hour, "timezone": row.timezone, "language": row.language,
            "categories": row.filters.get("categories") or [],
        }  # fmt: skip
        usual = Subscription(city=row.city)
        return cls(
            data, initial=initial, target=row.kind, zone=zone_of(usual).key, auto_id=f"id_{row.pk.hex}_%s"
        )

    def wishes(self, before: Subscription | None = None) -> Wishes:
        """What was chosen. What the form does not ask about stays as it was before."""
        said = self.cleaned_data
        filters = dict(before.filters) if before is not None else {}
        if "categories" in self.fields:
            filters.pop("categories", None)
            if said["categories"]:
                filters["categories"] = [category.slug for category in said["categories"]]
        return Wishes(
            cadence=Cadence(said["cadence"]),
            weekday=said.get("weekday") if said.get("weekday") is not None else before.weekday if before else None,
            hour=said.get("hour") if said.get("hour") is not None else before.hour if before else None,
            timezone=said.get("timezone") or "",
            language=said.get("language") or (before.language if before else ""),
            filters=filters,
        )  # fmt: skip


class SubscribeForm(WishesForm):
    """The address, what it is for, and the wishes. `website` is a honeypot: people do not see it, bots fill it in."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    city = forms.ModelChoiceField(
        queryset=City.objects.none(),
        to_field_name="slug",
        label=_("City"),
        empty_label=_("Choose your city"),
        widget=forms.Select(attrs={"data-my-city": ""}),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("email", "city", "cadence", "weekday", "hour", "timezone", "categories")

    def __init__(self, *args: Any, wanted: Wanted | None = None, **kwargs: Any) -> None:
        named = wanted is not None and (wanted.kind is not Target.CITY or wanted.columns)
        city = wanted.city if wanted is not None else None
        super().__init__(
            *args, target=wanted.kind if wanted else Target.CITY, zone=city.timezone if city else "", **kwargs
        )
        self.fields["cadence"].required = False
        self.fields["cadence"].initial = Cadence.WEEKLY.value
        self.fields["weekday"].initial, self.fields["hour"].initial = (
            settings.DIGEST_DAY,
            settings.DIGEST_HOUR,
        )
        del self.fields["language"]
        if named:
            del self.fields["city"]
        else:
            self.fields["city"].queryset = City.objects.filter(state=CityState.ACTIVE)  # type: ignore[attr-defined]

    def clean_cadence(self) -> str:
        """Weekly, where nothing was chosen."""
        return self.cleaned_data["cadence"] or Cadence.WEEKLY.value
