"""Signing in at the desk."""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from accounts.exceptions import LoginRefused


class DeskLoginForm(AuthenticationForm):
    """Says above the form that somebody has to wait, and for how long."""

    def clean(self) -> dict[str, Any]:
        """The person in `user_cache`."""
        try:
            return super().clean()
        except LoginRefused as refused:
            if self.request is not None:
                self.request.login_refused = refused  # accounts.middleware gives the answer its status
            raise ValidationError(refused.detail, code="refused") from refused
