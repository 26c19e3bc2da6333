"""The live feed in the schema: its event stream as an operation, its WebSocket with the frames of both sides.

It is served beside Django (realtime.routing), so no view describes it: `live_feed.json` does, and a test compares.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).parent / "live_feed.json"


def describe_feed(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular (POSTPROCESSING_HOOKS)."""
    described = _described()
    result["paths"] |= described["paths"]
    result["components"]["schemas"] |= described["schemas"]
    result["x-websocket"] = described["x-websocket"]
    return result


@lru_cache(maxsize=1)
def _described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text())
    return found
