"""Forms of saved searches."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """The name of a search, and whether its owner is told of new events."""

    name = forms.CharField(label=_("Name"), max_length=100)
    alert = forms.BooleanField(
        label=_("Tell me of new events"),
        required=False,
        help_text=_("They are marked here, and shown at once on pages that you have open."),
    )
