"""allauth's forms with the throttle, and our own."""

from typing import Any, Final

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.cities import city_names
from accounts.exceptions import InputRefused, LoginRefused
from accounts.hashing import hashing_slots
from accounts.models import User, fold_login
from accounts.services import profile
from accounts.services.codes import use_up
from accounts.sessions import ADMIN_IDLE_SECONDS
from accounts.site.throttles import counted_guess

#: Beside the field for a new password, in place of a list of rules.
NEW_WORDS_HINT: Final = _("At least 12 characters. Best are a few words that do not belong together.")


class _Hinted:
    """A form with a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = NEW_WORDS_HINT  # type: ignore[attr-defined]


def _shown(refused: LoginRefused) -> ValidationError:
    """The refusal as an error of a form; accounts.middleware sets the status of the response."""
    context.request.login_refused = refused
    return ValidationError(refused.detail, code="refused")


class LoginForm(account.LoginForm):
    """Sign-in by password."""

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except LoginRefused as refused:
            raise _shown(refused) from refused

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        """allauth gives every session two weeks; one of staff ends when idle (accounts.sessions)."""
        response = super().login(request, redirect_url)
        if request.user.is_authenticated and request.user.is_staff:
            request.session.set_expiry(ADMIN_IDLE_SECONDS)
        return response


class SignupForm(_Hinted, account.SignupForm):
    """A new account. A known address takes as long as a new one: its password is hashed too."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            hash_for_nobody(self.cleaned_data["password1"])
        return super().try_save(request)


def hash_for_nobody(password: str) -> None:
    """Take as long as a new account does. Raises TooBusy."""
    with hashing_slots.slot():
        make_password(password)


class ConfirmLoginCodeForm(account.ConfirmLoginCodeForm):
    """The code of a mail. Guesses at it count like guesses at the password."""

    def clean_code(self) -> str:
        stage = context.request._login_stage
        try:
            with counted_guess(context.request, stage.login.email or ""):
                return str(super().clean_code())
        except LoginRefused as refused:
            raise _shown(refused) from refused


class _CountedCode:
    """A code of a second factor."""

    user: User

    def clean_code(self) -> str:
        try:
            with counted_guess(context.request, self.user.email, apart="second factor"):
                code = str(super().clean_code())  # type: ignore[misc]
                if not use_up(self.user, code):
                    raise ValidationError(_("This code was used before. Wait for the next one."), code="used")
                return code
        except LoginRefused as refused:
            raise _shown(refused) from refused


class AuthenticateForm(_CountedCode, factors.AuthenticateForm):
    """A second factor at sign-in."""


class ReauthenticateForm(_CountedCode, factors.ReauthenticateForm):
    """A second factor asked for again."""


class ActivateTotpForm(_CountedCode, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A passkey; a key without room for one serves as a second step only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        alone = self.fields["passwordless"]
        alone.label, alone.initial = _("Sign in with it alone, without a password"), True
        alone.help_text = _("Leave this out for a security key that only serves as a second step.")


class ChangePasswordForm(_Hinted, account.ChangePasswordForm):
    """A new password; the old one is a guess, as in the admin (accounts.forms.OwnPasswordForm)."""

    def clean_oldpassword(self) -> str:
        try:
            with counted_guess(None, self.user.email, apart="own password"):
                return str(super().clean_oldpassword())
        except LoginRefused as refused:
            raise _shown(refused) from refused


class SetPasswordForm(_Hinted, account.SetPasswordForm):
    """The first password of an account."""


class ResetPasswordForm(_Hinted, account.ResetPasswordKeyForm):
    """A new password in place of a forgotten one."""


class ProfileForm(forms.Form):
    """What a person may tell of themselves; accounts.services.profile checks and stores it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    city = forms.ChoiceField(label=_("City"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    timezone = forms.ChoiceField(label=_("Time zone"), required=False)
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, at most 5 MB. We keep a small square copy."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    no_picture = forms.BooleanField(label=_("Delete the picture"), required=False)

    def __init__(self, *args: Any, person: User) -> None:
        super().__init__(*args)
        self.initial = {name: getattr(person, name) for name in ("name", "city", "language", "timezone")}
        choices = {
            "city": city_names().items(),
            "language": profile.languages().items(),
            "timezone": ((zone, zone.replace("_", " ")) for zone in sorted(profile.timezones())),
        }
        for name, listed in choices.items():
            self.fields[name].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]
        if not person.picture:
            del self.fields["no_picture"]
        self.person = person

    def save(self) -> bool:
        """Store it. False where a value was refused, with the error beside its field."""
        data = self.cleaned_data
        upload, values = (
            data["picture"],
            {name: data[name] for name in ("name", "city", "language", "timezone")},
        )
        picture = upload.read(profile.MOST_PICTURE_BYTES + 1) if upload else None
        if picture is None and data.get("no_picture"):
            picture = b""
        try:
            profile.change_profile(self.person, values, picture=picture)
        except InputRefused as refused:
            self.add_error(refused.field, refused.detail)
            return False
        return True


class AddressForm(forms.Form):
    """The new address of an account."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        address = fold_login(self.cleaned_data["email"])
        if address == fold_login(self.person.email):
            raise ValidationError(_("This is your address already."), code="same")
        return address


class CloseForm(forms.Form):
    """The last question before an account is erased."""

    sure = forms.BooleanField(label=_("Yes, erase my account and everything that belongs to it"))
