"""`manage.py retention`: what it would delete, and what it deletes."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from events.models import Event
from tests.factories import make_event

pytestmark = pytest.mark.django_db


def retention(*arguments: str) -> str:
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


def test_nothing_goes_unless_asked_to() -> None:
    make_event(start=now() - timedelta(days=400))
    reported = retention()
    assert "1 events archived" in reported
    assert "Nothing was changed" in reported
    assert Event.objects.get().publication == "approved"


def test_apply_takes_away_what_was_said() -> None:
    make_event(start=now() - timedelta(days=400))
    assert json.loads(retention("--apply", "--json", "--only", "archive")) == {"applied": True, "archive": 1}
    assert Event.objects.get().publication == "archived"
    assert json.loads(retention("--json")) == {
        "applied": False,
        "addresses": 0,
        "archive": 0,
        "contacts": 0,
        "payloads": 0,
        "people": 0,
        "photos": 0,
        "pictures": 0,
        "reviews": 0,
        "runs": 0,
        "share pictures": 0,
        "staged": 0,
    }
