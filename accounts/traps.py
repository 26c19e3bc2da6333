"""The honeypot of forms that anybody may send: a field that no person sees."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class TrappedForm(forms.Form):
    """A form whose last field is the trap; templates move the field named `trap` out of sight."""

    trap: ClassVar[str] = "website2"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.trap] = forms.CharField(
            required=False,
            label=_("Leave this empty"),
            widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        )

    @property
    def is_trapped(self) -> bool:
        """Whether a bot filled it in."""
        return bool(self.data.get(self.trap))
