"""Forms of galleries."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.traps import TrappedForm
from galleries import consent
from galleries.enums import Objection
from galleries.models import LONGEST_ALT, LONGEST_CREDIT


class GiveForm(forms.Form):
    """A photo, what it shows, and the consent to its use."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_(
            "A JPEG, PNG or WebP of at most 12 MB. Where and with what it was taken is not kept: we draw it anew, smaller."
        ),
        # without HEIC, so that a phone that takes such photos sends a JPEG
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose a photo.")},
    )
    alt = forms.CharField(
        label=_("What does the photo show?"),
        help_text=_("A sentence for people who do not see it, such as: three musicians on a dark stage."),
        max_length=LONGEST_ALT,
    )
    credit = forms.CharField(
        label=_("Name beside it"),
        help_text=_("Only if you want one there. Your account is not named."),
        max_length=LONGEST_CREDIT,
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("I agree to this"), error_messages={"required": _("Without this it cannot be shown.")}
    )
    consent = forms.CharField(widget=forms.HiddenInput, max_length=16, initial=consent.CURRENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].help_text = consent.text_of()


class ReportPhotoForm(TrappedForm):
    """What is wrong with a photo."""

    kind = forms.TypedChoiceField(
        label=_("What is wrong?"),
        coerce=Objection,
        choices=[
            (Objection.PERSON.value, _("I am in it, and do not want that")),
            (Objection.RIGHTS.value, _("It is mine, or somebody else's")),
            (Objection.OFFENSIVE.value, _("It is offensive")),
            (Objection.OTHER.value, _("It does not belong here")),
        ],
        widget=forms.RadioSelect,
    )
