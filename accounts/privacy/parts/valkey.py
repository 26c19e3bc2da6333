"""What Valkey holds for a short time: counts of limits, messages to processes, queued tasks."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import BY_ITSELF, Part, Retention
from accounts.privacy.scan.marks import marks_of
from accounts.privacy.scan.valkey import delete_from_valkey


def erase(person: Person) -> int:
    """Delete what has a mark of the person. Raises RedisError where Valkey is unreachable: tried again later."""
    return delete_from_valkey(marks_of(person))


VALKEY: Final = Part(
    name=_("short-lived counts and messages"),
    holds=_("counts of requests by a keyed hash of your network or address"),
    purpose=_("to keep the site up for everybody"),
    models=frozenset(),
    erase=erase,
    retention=(
        Retention(
            what=_("counts of requests (keyed hashes)"),
            period=lambda: timedelta(hours=1),
            task=BY_ITSELF,
        ),
        Retention(
            what=_("the salt by which who opens an event counts once a day, and is not known on another"),
            period=lambda: timedelta(days=1),
            task=BY_ITSELF,
        ),
    ),
)
