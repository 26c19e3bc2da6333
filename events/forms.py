"""The form for visitor reports: a few choices, a honeypot for bots, and a signed timestamp."""

from typing import Any, ClassVar, Final

from django import forms

from accounts.stamps import StampRefused, check_stamp, stamp
from places.enums import Crowd, Openness
from places.visitor_reports import SPECIALS

_SALT: Final = "places.report"
#: A person needs longer than this for three choices.
LEAST_SECONDS: Final = 2
_WAITS: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90)
_LATER: Final = "I do not know"


class PlaceNowForm(forms.Form):
    """`is_trapped` after validation: a bot filled the field that no person sees.

    Owners enter a special status in their own words.
    """

    trap: ClassVar[str] = "website2"

    openness = forms.ChoiceField(
        label="Is it open?",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _LATER), (Openness.OPEN.value, "Open"), (Openness.CLOSED.value, "Closed")],
    )
    crowd = forms.ChoiceField(
        label="How full is it?",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _LATER),
            (Crowd.EMPTY.value, "Empty"),
            (Crowd.QUIET.value, "Quiet"),
            (Crowd.MODERATE.value, "Moderate"),
            (Crowd.BUSY.value, "Busy"),
            (Crowd.PACKED.value, "Packed"),
        ],
    )
    waiting_minutes = forms.TypedChoiceField(
        label="How long is the wait?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _LATER), *((minutes, f"{minutes} min" if minutes else "None") for minutes in _WAITS)],
    )
    special = forms.ChoiceField(
        label="Anything special?",
        required=False,
        choices=[("", "Nothing"), *((words, words) for words in SPECIALS)],
    )
    website2 = forms.CharField(
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, owns: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owns:
            self.fields["special"] = forms.CharField(
                label="Anything special?", required=False, max_length=120, help_text="In your own words."
            )

    @property
    def is_trapped(self) -> bool:
        """Whether the hidden field was filled in."""
        return bool(self.cleaned_data.get(self.trap))

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
            self.add_error(None, "Say at least one thing.")
        return cleaned


def report_stamp(*, opened_at: float) -> str:
    """The value of `opened`."""
    return stamp(_SALT, opened_at=opened_at)
