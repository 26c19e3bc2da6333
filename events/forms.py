"""The form for visitor reports: a few choices, a honeypot for bots, and a signed timestamp."""

from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy, pgettext

from accounts.stamps import StampRefused, check_stamp, stamp
from accounts.traps import TrappedForm
from places.enums import Crowd, Openness
from places.visitor_reports import SPECIALS

_SALT: Final = "places.report"
#: A person needs longer than this for three choices.
LEAST_SECONDS: Final = 2
_WAITS: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90)
_LATER: Final = gettext_lazy("I do not know")


def _wait_words(minutes: int) -> str:
    return gettext("%(minutes)s min") % {"minutes": minutes} if minutes else pgettext("a wait", "None")


class PlaceNowForm(TrappedForm):
    """How a place is now. Owners enter a special status in their own words."""

    openness = forms.ChoiceField(
        label=gettext_lazy("Is it open?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _LATER),
            (Openness.OPEN.value, gettext_lazy("Open")),
            (Openness.CLOSED.value, gettext_lazy("Closed")),
        ],
    )
    crowd = forms.ChoiceField(
        label=gettext_lazy("How full is it?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _LATER),
            (Crowd.EMPTY.value, gettext_lazy("Empty")),
            (Crowd.QUIET.value, gettext_lazy("Quiet")),
            (Crowd.MODERATE.value, gettext_lazy("Moderate")),
            (Crowd.BUSY.value, gettext_lazy("Busy")),
            (Crowd.PACKED.value, gettext_lazy("Packed")),
        ],
    )
    waiting_minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long is the wait?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _LATER), *((minutes, lazy(_wait_words, str)(minutes)) for minutes in _WAITS)],
    )
    special = forms.ChoiceField(
        label=gettext_lazy("Anything special?"),
        required=False,
        choices=[("", gettext_lazy("Nothing")), *((words, gettext_lazy(words)) for words in SPECIALS)],
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, owns: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owns:
            self.fields["special"] = forms.CharField(
                label=gettext_lazy("Anything special?"),
                required=False,
                max_length=120,
                help_text=gettext_lazy("In your own words."),
            )

    def clean(self) -> dict[str, Any]:
        """Require at least one answer, and a valid stamp."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_stamp(cleaned.get("opened", ""), _SALT, least_seconds=LEAST_SECONDS)
        except StampRefused as refused:
            self.add_error(None, refused.detail)
        if (
            not self.errors
            and cleaned.get("waiting_minutes") is None
            and not any(cleaned.get(name) for name in ("openness", "crowd", "special"))
        ):
            self.add_error(None, gettext("Say at least one thing."))
        return cleaned


def report_stamp(*, opened_at: float) -> str:
    """The value of `opened`."""
    return stamp(_SALT, opened_at=opened_at)
