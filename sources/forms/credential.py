"""The form of a credential. Values are never shown, and empty fields stay unchanged."""

from typing import Any, Final

from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pipeline.connectors import registry
from pipeline.contract.enums import CredentialKind
from sources.models import Credential

#: The values of a credential, and their meaning. Secret ones are typed unseen and never shown.
VALUES: Final = {
    "key": "the API key or token",
    "secret": "the secret that belongs to the key, where there is one; for a webhook its signing secret",
    "username": "for Basic and forms",
    "password": "for Basic and forms",
    "client_id": "OAuth 2",
    "client_secret": "OAuth 2",
    "access_token": "OAuth 2",
    "refresh_token": "OAuth 2: with it the token renews itself",
    "token_url": "OAuth 2: where tokens are renewed",
    "user_id": "the account that asks, where the platform wants it (Instagram)",
    "app_id": "Facebook",
    "app_secret": "Facebook",
}
_OPEN: Final = ("token_url", "username", "client_id", "user_id", "app_id")


def _value_field(name: str, meaning: str) -> forms.Field:
    widget = UnfoldAdminTextInputWidget if name in _OPEN else UnfoldAdminPasswordWidget
    shown = widget(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=name.replace("_", " "), help_text=meaning, required=False, max_length=4000, widget=shown
    )


_Values = type(
    "_Values",
    (forms.ModelForm,),
    {f"value__{name}": _value_field(name, meaning) for name, meaning in VALUES.items()},
)


class CredentialForm(_Values):  # type: ignore[misc, valid-type]
    """With all values empty nothing is replaced. If any value is given, the given ones replace all values."""

    connector = forms.ChoiceField(widget=UnfoldAdminSelectWidget, help_text="the platform that it opens")
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.value) for kind in CredentialKind if kind],
        widget=UnfoldAdminSelectWidget,
        initial=CredentialKind.KEY,
    )

    for_all = forms.BooleanField(
        required=False,
        initial=True,
        label="use it for all sources of the platform that have none",
        help_text="They stay off until somebody enables them.",
        widget=UnfoldBooleanSwitchWidget,
    )

    class Meta:
        model = Credential
        fields = ("name", "connector", "kind", "expires_at", "rotation_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["for_all"].initial = self.instance._state.adding
        self.fields["connector"].choices = [
            (name, registry.get(name).metadata.title) for name in registry.names()
        ]  # type: ignore[attr-defined]

    def values(self) -> dict[str, str]:
        """The values that were entered."""
        return {
            name: self.cleaned_data[f"value__{name}"]
            for name in VALUES
            if self.cleaned_data.get(f"value__{name}")
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a new credential without a value."""
        cleaned = super().clean() or self.cleaned_data
        if not self.instance.secret and not any(cleaned.get(f"value__{name}") for name in VALUES):
            raise forms.ValidationError("Give at least one value, such as the key.")
        return cleaned
