"""The strength of a new password by zxcvbn, and Argon2id (PASSWORD_HASHERS in config/settings.py)."""

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from accounts.hashing import hashing_slots

#: zxcvbn's score: 10^8 guesses and more.
LEAST_SCORE: Final = 3
#: Characters that are scored; zxcvbn's time grows with all spellings of a text of signs (half a second for 24).
MOST_SCORED: Final = 24
_MESSAGE: Final = gettext_lazy(
    "This password is easy to guess. Add a few more words that do not belong together."
)


class StrengthValidator:
    """Refuses passwords that zxcvbn finds in few guesses, among them a person's own name and address."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError, and TooBusy: scoring takes a slot as hashing does."""
        from zxcvbn import zxcvbn  # its dictionaries take a third of a second to load

        with hashing_slots.slot():
            found = zxcvbn(password[:MOST_SCORED], user_inputs=self._known_words(user))
        if found["score"] < LEAST_SCORE:
            raise ValidationError(_MESSAGE, code="password_easy")

    def get_help_text(self) -> str:
        """What a person reads beside the field."""
        return gettext("Best are a few words that do not belong together.")

    def _known_words(self, user: Any) -> list[str]:
        email, name = str(getattr(user, "email", "") or ""), str(getattr(user, "name", "") or "")
        local, _, domain = email.partition("@")
        return [settings.SITE_NAME, email[:100], local[:60], domain[:60], *name[:100].split()]
