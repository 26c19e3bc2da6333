"""The subscription form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Category
from places.enums import CityState
from places.models import City


class _Categories(forms.ModelMultipleChoiceField):
    """Categories under their names in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return str(_(obj.name))


class SubscribeForm(forms.Form):
    """Address, city and interests. `website` is a honeypot: people do not see it, bots fill it in."""

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
    categories = _Categories(
        queryset=Category.objects.none(),
        required=False,
        label=_("Only these"),
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = City.objects.filter(state=CityState.ACTIVE)  # type: ignore[attr-defined]
        self.fields["categories"].queryset = Category.objects.exclude(slug="other")  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        """The chosen filters, in the form that a subscription stores."""
        slugs = [category.slug for category in self.cleaned_data["categories"]]
        return {"categories": slugs} if slugs else {}
