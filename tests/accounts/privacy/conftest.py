"""Files of a person stay in the test's own folder."""

from pathlib import Path

import pytest
from django.conf import settings as configured


@pytest.fixture(autouse=True)
def var(settings: "configured", tmp_path: Path) -> Path:
    """NOCTURNE_VAR, with mailbox and media below it."""
    settings.VAR_DIR, settings.MAILBOX_DIR, settings.MEDIA_ROOT = (
        tmp_path,
        tmp_path / "mailbox",
        tmp_path / "media",
    )
    settings.EMAIL_BACKEND = "digests.mailbox.MailboxBackend"
    return tmp_path
