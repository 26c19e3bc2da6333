"""The pages of one's API keys: the list, and a new one, which is shown once."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.exceptions import InputRefused
from accounts.factors import FACTORS, methods_of
from accounts.keys.holding import KeyWish, keys_of, make_key, revoke_key
from accounts.keys.scopes import ABOUT, Scope, rights_to_choose
from accounts.models import ApiKey, User

_LIVES: Final = ((30, _("30 days")), (90, _("90 days")), (366, _("a year")))
_SHOWN: Final = 200


class KeyForm(forms.Form):
    """A new key. Staff choose among the rights that they have in this session."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What it is for, such as the program that uses it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        required=False,
        choices=[(scope.value, about) for scope, about in ABOUT.items() if scope is not Scope.EVENTS_READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Every key may read what is public. Choose no more than the program needs."),
    )
    days = forms.TypedChoiceField(label=_("It lasts"), choices=_LIVES, initial=90, coerce=int)
    rights = forms.MultipleChoiceField(
        label=_("Rights of staff"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, person: User) -> None:
        super().__init__(*args)
        self.person = person
        offered = rights_to_choose(person)
        if offered:
            self.fields["rights"].choices = [(right, right) for right in offered]  # type: ignore[attr-defined]
        else:
            del self.fields["rights"]

    def save(self, *, has_factor: bool) -> tuple[ApiKey, str] | None:
        """Make it. None where a value was refused, with the error beside its field."""
        said = self.cleaned_data
        wish = KeyWish(
            name=said["name"],
            scopes=said["scopes"],
            rights=said.get("rights", ()),
            expires_at=now() + timedelta(days=said["days"]),
        )
        try:
            return make_key(self.person, wish, by=self.person, has_factor=has_factor)
        except InputRefused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, refused.detail)
            return None


@login_required
@never_cache
def list_keys(request: HttpRequest) -> HttpResponseBase:
    """One's keys with their last use. A POST revokes one."""
    person = _person(request)
    if request.method == "POST":
        if revoke_key(person, _id(request.POST.get("key", "")), by=person):
            messages.success(request, gettext("Revoked. It opens nothing any more."))
        return redirect("account_keys")
    moment, rows = now(), list(keys_of(person)[:_SHOWN])
    for row in rows:
        row.may = [ABOUT[Scope(each)] for each in row.scopes] + row.rights  # type: ignore[attr-defined]
    context = {
        "open": [row for row in rows if row.is_open(moment)],
        "ended": [row for row in rows if not row.is_open(moment)],
    }
    return render(request, "account/keys.html", context)


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key. It stands in the answer to the form, and nowhere else."""
    person = _person(request)
    form = KeyForm(*([request.POST] if request.method == "POST" else []), person=person)
    if request.method == "POST" and form.is_valid():
        has_factor = not FACTORS.isdisjoint(methods_of(request.session, person))
        if made := form.save(has_factor=has_factor):
            return render(request, "account/key_made.html", {"made": made[0], "key": made[1]})
    return render(request, "account/key_new.html", {"form": form})


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # login_required
    return person


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
