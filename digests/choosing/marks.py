"""What an event looks like to who was told of it: another mark means that they should be told again."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

#: The columns that the mark is made of: when, where, and whether.
MARKED: Final = (
    "start_at", "start_date", "end_date", "all_day", "time_known", "happening", "venue_name", "address", "city_id", "online", "publication",
)  # fmt: skip
_SHOWN: Final = ("approved", "archived")


def mark_of(row: Mapping[str, Any]) -> str:
    """Eight hex digits for the columns `MARKED` of an event. Readers do not see which way it left the lists."""
    seen = [str(row[name]) for name in MARKED[:-1]]
    return blake2b("\n".join([*seen, str(row["publication"] in _SHOWN)]).encode(), digest_size=4).hexdigest()
