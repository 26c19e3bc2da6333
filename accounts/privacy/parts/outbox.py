"""Changes that were meant for one person (app `outbox`, topic `user:me`)."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.redacting import needles_of, redact_columns
from accounts.privacy.registry import Part, Retention, Rows
from outbox.models import Change


def export(person: Person) -> Rows:
    """What the person's own sessions were told."""
    return {
        "changes": list(Change.objects.filter(user_id=person.id).order_by("at").values("type", "data", "at"))
    }


def erase(person: Person) -> int:
    """Delete the changes for the person, and the person's marks in others."""
    count = Change.objects.filter(user_id=person.id).delete()[0]
    return count + redact_columns(Change, ["data", "topics"], needles_of(person))


def _period() -> timedelta:
    return timedelta(days=settings.LIVE_RETENTION_DAYS)


OUTBOX: Final = Part(
    name=_("news"),
    holds=_("news for your own sessions: that one began or ended, that your data is ready"),
    purpose=_("to tell your other devices at once"),
    models=frozenset({"outbox.Change"}),
    export=export,
    erase=erase,
    retention=(Retention(what=_("news for your sessions"), period=_period, task="outbox.tasks.prune"),),
)
