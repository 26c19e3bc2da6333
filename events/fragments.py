"""Parts of pages that are rendered once for equal values: cards, and the tables of a city's days and hours.

After a change of one event the lists with it are made anew; all their other cards are as they were. A fragment depends on
nothing but its values and the language, so it is never out of date.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.calendars import CategoryWeek
from events.cards import Card
from events.charts import VibeRow
from languages.reading import current_code


def card_item(card: Card, *, on_map: bool = False) -> SafeString:
    """The item of a list that shows `card`, in the language of the page. `on_map` names its place on the map beside the list."""
    return _card(card, current_code(), on_map)


def weeks_table(weeks: Sequence[CategoryWeek]) -> SafeString:
    """The table of categories by day, in the language of the page."""
    return _weeks(tuple(weeks), current_code())


def vibe_table(rows: Sequence[VibeRow], base: str) -> SafeString:
    """The table of categories by hour, in the language of the page; `base` is the city's address."""
    return _vibe(tuple(rows), base, current_code())


# Some 3 kB each.
@lru_cache(maxsize=2048)
def _card(card: Card, language: str, on_map: bool) -> SafeString:
    return render_to_string("partials/card.html", {"card": card, "on_map": on_map})


# Some 10 kB each.
@lru_cache(maxsize=128)
def _weeks(weeks: tuple[CategoryWeek, ...], language: str) -> SafeString:
    return render_to_string("events/weeks.html", {"weeks": weeks})


@lru_cache(maxsize=128)
def _vibe(rows: tuple[VibeRow, ...], base: str, language: str) -> SafeString:
    return render_to_string("events/vibe.html", {"vibe": rows, "base": base})
