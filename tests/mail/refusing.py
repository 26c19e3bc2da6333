"""A mail backend that takes nothing."""

from typing import Any

import pytest
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        return 0


def refuse_all_mail(patch: pytest.MonkeyPatch) -> None:
    """Definitely, without blame, so that no breaker opens."""
    patch.setattr(settings, "EMAIL_BACKEND", "tests.mail.refusing.EmailBackend")
