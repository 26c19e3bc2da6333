"""Forms for signing in to the admin, and the base of the admin's forms with user input."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from accounts.exceptions import InputRefused, LoginRefused
from accounts.factors import has_factor
from accounts.models import fold_login
from accounts.throttling import count_guess, give_back
from accounts.user_input import checked_value


class AdminLoginForm(AuthenticationForm):
    """The sign-in form, which shows above it how long a refused user has to wait."""

    def clean(self) -> dict[str, Any]:
        """The user in `user_cache`; the password counts as just given (accounts.staff.fresh)."""
        try:
            cleaned = super().clean()
        except LoginRefused as refused:
            if self.request is not None:
                self.request.login_refused = refused  # accounts.middleware sets the status of the response
            raise ValidationError(refused.detail, code="refused") from refused
        if self.request is not None:
            record_authentication(self.request, self.get_user(), method="password")
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse an account with a second factor: this form asks for none."""
        super().confirm_login_allowed(user)
        if has_factor(user):
            raise ValidationError(
                "This account has a second factor. Sign in at /accounts/login/.", code="factor"
            )


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A new password for oneself.

    The old password is a guess like any other: a finder of an unlocked session must not try as many as they
    like.
    """

    def clean_old_password(self) -> str:
        """Raises TooManyGuesses before anything is hashed.

        The account is counted apart from its logins, which are never locked out.
        """
        guess = count_guess(fold_login(self.user.email), network="", device="own password")
        old: str = super().clean_old_password()
        give_back(guess)
        return old


class InputForm(forms.ModelForm):
    """A form of the admin whose texts and addresses are checked like those of sources.

    Errors beside the fields give the remedy.
    """

    def clean(self) -> dict[str, Any]:
        """The changed values in the form for storage."""
        cleaned = super().clean() or self.cleaned_data
        for name in {*self.changed_data} & cleaned.keys():
            try:
                cleaned[name] = checked_value(self._meta.model._meta.get_field(name), cleaned[name])
            except FieldDoesNotExist:  # a setting of a connector
                continue
            except InputRefused as refused:
                self.add_error(name, refused.detail)
        return cleaned
