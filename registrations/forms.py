"""Forms of registrations."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.traps import TrappedForm
from registrations.models import RegistrationSetup
from registrations.records import Wish


class RegisterForm(TrappedForm):
    """Who comes. The questions of the event follow as `answer_ID`."""

    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, setup: RegistrationSetup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = [(f"answer_{one['id']}", one["id"]) for one in setup.questions]
        if setup.most_guests:
            self.fields["guests"] = _guests(setup)
        for (name, _id), question in zip(self._questions, setup.questions, strict=True):
            self.fields[name] = forms.CharField(
                label=question["label"], max_length=1_000, required=bool(question.get("required"))
            )

    def wish(self, language: str) -> Wish:
        """What the valid form asks for."""
        said = self.cleaned_data
        return Wish(
            name=said["name"],
            address=said["email"],
            guests=said.get("guests") or 0,
            answers={key: said[name] for name, key in self._questions if said[name]},
            language=language,
        )


class GuestsForm(forms.Form):
    """How many guests come along."""

    def __init__(self, *args: Any, setup: RegistrationSetup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guests"] = _guests(setup)


def _guests(setup: RegistrationSetup) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Guests that come along"),
        min_value=0,
        max_value=setup.most_guests,
        initial=0,
        help_text=gettext("At most %(number)s. Each needs a place.") % {"number": setup.most_guests},
    )
