"""Ends sessions of staff after eight idle hours.

The time is stored in the database, so that the live feed can read it too. Other sessions last as long as
Django's.
"""

import time
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

#: A session of staff ends after so long without a request.
ADMIN_IDLE_SECONDS: Final = 8 * 3600
#: The time is written at most this often.
_RENEW_SECONDS: Final = 300
_SEEN: Final = "desk_seen"


def renew(session: SessionBase) -> None:
    """Restart the idle time of a staff session."""
    now = int(time.time())
    if not 0 <= now - session.get(_SEEN, 0) < _RENEW_SECONDS:
        session[_SEEN] = now
        session.set_expiry(ADMIN_IDLE_SECONDS)
