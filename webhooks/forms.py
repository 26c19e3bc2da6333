"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from webhooks.conditions import as_query, read_conditions, read_query
from webhooks.enums import TYPES, MessageType
from webhooks.models import Endpoint

_TYPE_WORDS = {
    MessageType.PUBLISHED: _("published"),
    MessageType.CHANGED: _("changed"),
    MessageType.CANCELLED: _("cancelled"),
    MessageType.REMOVED: _("removed"),
    MessageType.MERGED: _("merged into another"),
}


class EndpointForm(forms.Form):
    """Address, types and filter; the filter as the query of the API."""

    address = forms.CharField(
        label=_("Address"),
        max_length=1_000,
        help_text=_("The https address of your server that takes the messages."),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    types = forms.MultipleChoiceField(
        label=_("When an event is"),
        choices=[(kind.value, _TYPE_WORDS[kind]) for kind in TYPES],
        initial=[kind.value for kind in TYPES],
        widget=forms.CheckboxSelectMultiple,
    )
    filter = forms.CharField(
        label=_("Which events"),
        max_length=2_000,
        required=False,
        help_text=_(
            "Filters as in an address of the API, such as city=bengaluru&category=music. Empty for all events."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    @classmethod
    def of(cls, endpoint: Endpoint, data: Any = None) -> "EndpointForm":
        """The form with the present values."""
        initial = {
            "address": endpoint.address,
            "description": endpoint.description,
            "types": endpoint.types,
            "filter": as_query(endpoint.asked),
        }
        return cls(data, initial=initial)

    def clean_filter(self) -> dict[str, str]:
        """The filter by names and values, as the API takes it."""
        try:
            asked = read_query(self.cleaned_data["filter"])
            read_conditions(asked)
        except ValidationError as invalid:
            raise forms.ValidationError(_lines(invalid.detail)) from invalid
        return asked


def _lines(detail: Any, name: str = "") -> list[str]:
    """Each error on a line, with the name of the filter."""
    if isinstance(detail, dict):
        return [
            line for key, item in detail.items() for line in _lines(item, "" if key == "filter" else str(key))
        ]
    if isinstance(detail, list):
        return [line for item in detail for line in _lines(item, name)]
    return [f"{name}: {detail}" if name else str(detail)]
