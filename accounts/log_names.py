"""The names by which log lines call visitors and people: keyed hashes that change every day (UTC).

Within a day lines of one network or one person can be told from others. No line contains an internet address,
a mail address or an account's id, so that nothing has to be erased from logs, and lines of two days cannot be
joined without the key.
"""

from django.http import HttpRequest
from django.utils.timezone import now

from accounts.addresses import network_of
from accounts.crypto import keyed_hash
from accounts.models import User


def log_name_of_visitor(request: HttpRequest) -> str:
    """12 hex digits for the visitor's network today; '' where it is unknown."""
    network = network_of(request)
    return _of_today("visitor", network) if network else ""


def log_name_of_person(person: User) -> str:
    """12 hex digits for an account today."""
    return _of_today("person", str(person.pk))


def _of_today(kind: str, who: str) -> str:
    return keyed_hash("\0".join(("log", kind, now().date().isoformat(), who)))[:12]
