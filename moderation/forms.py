"""The forms by which readers report an event and correct its details: a few choices, and a honeypot for bots."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.traps import TrappedForm
from events.models import Event
from moderation.corrections import FIELDS, TIMES, present
from moderation.enums import OptOutKind, ReportKind

LONGEST_NOTE: Final = 500
#: The buttons, in this order, each of which sends the form.
CHOICES: Final[Mapping[ReportKind, str]] = {
    ReportKind.WRONG_TIME: gettext_noop("Wrong time"),
    ReportKind.CANCELLED: gettext_noop("It is cancelled"),
    ReportKind.DUPLICATE: gettext_noop("Listed twice"),
    ReportKind.SPAM: gettext_noop("Spam"),
    ReportKind.OFFENSIVE: gettext_noop("Offensive"),
    ReportKind.RIGHTS: gettext_noop("It uses what is mine"),
}


class ReportForm(TrappedForm):
    """One kind and a note."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.value) for kind in ReportKind],
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=_("What should we know?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CorrectionForm(TrappedForm):
    """The present values of an event, of which a reader changes what is wrong."""

    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=_("How do you know?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, event: Event) -> None:
        super().__init__(data, initial=present(event))
        known = {name: _field_of(name, event) for name in FIELDS}
        self.fields = {**known, **self.fields}
        self.order_fields([*FIELDS, "note", "website2"])


def _field_of(name: str, event: Event) -> forms.CharField:
    zone = event.timezone.replace("_", " ")
    if name in TIMES:
        return forms.CharField(
            label=gettext(FIELDS[name]), required=False, help_text=gettext("Time of the place, %(zone)s.") % {"zone": zone}, max_length=40,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        )  # fmt: skip
    most = getattr(Event._meta.get_field(name), "max_length", None) if name != "price" else 100
    kind = forms.URLInput() if name.endswith("url") else forms.TextInput()
    return forms.CharField(label=gettext(FIELDS[name]), required=False, max_length=most, widget=kind)


class OptOutForm(TrappedForm):
    """What an owner asks us not to fetch, list or show, and where the owner can be asked."""

    kind = forms.TypedChoiceField(
        label=_("What is yours?"),
        coerce=OptOutKind,
        choices=[
            (OptOutKind.DOMAIN.value, _("A site: fetch nothing from it")),
            (OptOutKind.SOURCE.value, _("A calendar or feed: list nothing of it")),
            (OptOutKind.ORGANIZER.value, _("An organizer: list none of its events")),
            (OptOutKind.PERFORMER.value, _("A performer: have no page for the name")),
            (OptOutKind.EVENT.value, _("An event: do not list it")),
            (OptOutKind.PICTURE.value, _("A picture: do not show it")),
        ],
    )
    what = forms.CharField(
        label=_("Which one?"),
        max_length=2000,
        help_text=_("The name of the site or organizer, or the address of the page here."),
    )
    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        help_text=_(
            "One at the site's own domain settles it at once: we send a link there. Any other, and a moderator decides."
        ),
    )
    note = forms.CharField(
        label=_("Anything to add?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
