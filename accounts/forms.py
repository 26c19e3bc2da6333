"""Forms for signing in to the admin, and the base of its forms for user input."""

from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from accounts.exceptions import InputRefused, LoginRefused
from accounts.models import fold_login
from accounts.throttling import count_guess, give_back
from accounts.user_input import checked_value


class AdminLoginForm(AuthenticationForm):
    """Says above the form that somebody has to wait, and for how long."""

    def clean(self) -> dict[str, Any]:
        """The person in `user_cache`."""
        try:
            return super().clean()
        except LoginRefused as refused:
            if self.request is not None:
                self.request.login_refused = refused  # accounts.middleware gives the answer its status
            raise ValidationError(refused.detail, code="refused") from refused


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A new password for oneself. The old one is a guess like any other: who found a desk open may not try as
    many as they like."""

    def clean_old_password(self) -> str:
        """Raises TooManyGuesses before anything is hashed. The account is counted apart from its logins,
        which nobody is kept from."""
        guess = count_guess(fold_login(self.user.email), network="", device="own password")
        old: str = super().clean_old_password()
        give_back(guess)
        return old


class InputForm(forms.ModelForm):
    """A form of the desk whose texts and addresses are checked as those of sources are. What is refused says
    at its field what to do."""

    def clean(self) -> dict[str, Any]:
        """The changed values as they may be stored."""
        cleaned = super().clean() or self.cleaned_data
        for name in {*self.changed_data} & cleaned.keys():
            try:
                cleaned[name] = checked_value(self._meta.model._meta.get_field(name), cleaned[name])
            except FieldDoesNotExist:  # a setting of a connector
                continue
            except InputRefused as refused:
                self.add_error(name, refused.detail)
        return cleaned
