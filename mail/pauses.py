"""How long a mail waits after each try that failed. Pure."""

from datetime import datetime, timedelta
from typing import Final

#: After the first, the second, … try; after the last one the mail is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 10, 30, 60, 180, 360, 720))
MOST_TRIES: Final = len(PAUSES) + 1


def retry_at(tries: int, now: datetime, *, asked: float | None = None) -> datetime | None:
    """When a mail that failed `tries` times goes again; None where it is given up.

    `asked` are the seconds that the provider named.
    """
    if tries >= MOST_TRIES:
        return None
    return now + max(PAUSES[max(1, tries) - 1], timedelta(seconds=asked or 0))
