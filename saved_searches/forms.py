"""Forms of saved searches."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from flags.models import Flag
from flags.services import is_on


class SearchForm(forms.Form):
    """The name of a search, and whether its owner is told of new events."""

    name = forms.CharField(label=_("Name"), max_length=100)
    alert = forms.BooleanField(
        label=_("Tell me of new events"),
        required=False,
        help_text=_("They are marked here, and shown at once on pages that you have open."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_on(Flag.NOTIFICATIONS):
            del self.fields["alert"]
