"""Charts made on the server: small SVGs without script or inline style, so that the strictest CSP holds. Pure
functions, no Django.

Every picture is decoration beside words or a table that say the same. Colours come from
`static/css/charts.css` by class.
"""

from events.charts.map import MapPoint, from_centre, place_map
from events.charts.night import NightStart, night_band
from events.charts.pattern import pattern
from events.charts.strip import strip_bar
from events.charts.vibe import VibeRow, vibe_rows

__all__ = [
    "MapPoint",
    "NightStart",
    "VibeRow",
    "from_centre",
    "night_band",
    "pattern",
    "place_map",
    "strip_bar",
    "vibe_rows",
]
