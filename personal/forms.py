"""The form of preferences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.words import category_name
from personal.models import Preferences
from pipeline.taxonomy import CATEGORIES, OTHER
from places.enums import CityState
from places.models import City

_DAYS = (
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")), (6, _("Saturday")), (7, _("Sunday")),
)  # fmt: skip


class PreferencesForm(forms.Form):
    """What a person wants to see; nothing chosen means all of it."""

    city = forms.ModelChoiceField(
        queryset=City.objects.none(), to_field_name="slug", label=_("City"), required=False
    )
    categories = forms.MultipleChoiceField(
        label=_("Only these"), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = forms.CharField(
        label=_("Words, with commas"),
        required=False,
        max_length=600,
        help_text=_("Events with one of them come too."),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=_DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    price_max = forms.DecimalField(
        label=_("At most this price"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    free_only = forms.BooleanField(label=_("Free events only"), required=False)

    def __init__(self, *args: Any, of: Preferences, **kwargs: Any) -> None:
        initial = {
            "city": of.city,
            "categories": of.categories,
            "keywords": ", ".join(of.keywords),
            "days": of.days,
            "price_max": of.price_max,
            "free_only": of.free_only,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["city"].queryset = City.objects.filter(state=CityState.ACTIVE)  # type: ignore[attr-defined]
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            (one.slug, category_name(one.slug)) for one in CATEGORIES if one.slug != OTHER
        ]

    def clean_keywords(self) -> list[str]:
        """The words between the commas."""
        return [word.strip() for word in self.cleaned_data["keywords"].split(",") if word.strip()]
