"""Sessions of staff end after eight idle hours. The time is kept in the database, so that the live feed knows
it too. Other sessions last as Django's do."""

import time
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

#: A session of staff ends after so long without a request.
DESK_IDLE_SECONDS: Final = 8 * 3600
#: It is written anew at most this often.
_RENEW_SECONDS: Final = 300
_SEEN: Final = "desk_seen"


def renew(session: SessionBase) -> None:
    """Somebody of staff is here: the hours begin anew."""
    now = int(time.time())
    if not 0 <= now - session.get(_SEEN, 0) < _RENEW_SECONDS:
        session[_SEEN] = now
        session.set_expiry(DESK_IDLE_SECONDS)
