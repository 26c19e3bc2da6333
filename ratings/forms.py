"""Forms of ratings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.traps import TrappedForm
from moderation.enums import ReportKind
from ratings.models import LONGEST_TEXT

_STARS = (
    (5, _("5: very good")),
    (4, _("4: good")),
    (3, _("3: so-so")),
    (2, _("2: poor")),
    (1, _("1: bad")),
)


class RateForm(forms.Form):
    """Stars, and a few words."""

    stars = forms.TypedChoiceField(
        label=_("How was it?"), choices=_STARS, coerce=int, widget=forms.RadioSelect, error_messages={"required": _("Choose 1 to 5.")}
    )  # fmt: skip
    text = forms.CharField(
        label=_("In a few words"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A moderator reads them first. Write of the evening, not of persons; your name is not shown."
        ),
    )


class AnswerForm(forms.Form):
    """What a team answers."""

    text = forms.CharField(
        label=_("Your answer"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReportWordsForm(TrappedForm):
    """What is wrong with words of a rating."""

    kind = forms.TypedChoiceField(
        label=_("What is wrong?"),
        coerce=ReportKind,
        choices=[
            (ReportKind.SPAM.value, _("It is spam")),
            (ReportKind.OFFENSIVE.value, _("It is offensive, or about a person")),
            (ReportKind.RIGHTS.value, _("It uses what is mine")),
        ],
        widget=forms.RadioSelect,
    )
