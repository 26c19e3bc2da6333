"""Charts rendered on the server: small SVGs without script or inline style, for the strictest CSP.

Pure. Every chart decorates words or a table with the same content. Colours come from `static/css/charts.css`
by class. They know no models.
"""

from events.charts.direction import from_centre
from events.charts.night import NightStart, night_band
from events.charts.pattern import pattern
from events.charts.pin import PinMark, pin_map
from events.charts.strip import strip_bar
from events.charts.vibe import VibeRow, vibe_rows

__all__ = [
    "NightStart",
    "PinMark",
    "VibeRow",
    "from_centre",
    "night_band",
    "pattern",
    "pin_map",
    "strip_bar",
    "vibe_rows",
]
