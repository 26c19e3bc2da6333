"""Parts of pages that are rendered once for equal values: cards, and pieces such as the head of a page or the filters of a list.

After a change of one event the lists with it are made anew; all their other cards and nearly all else on them are as they
were. A fragment depends on nothing but its values and the language, so it is never out of date.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.cards import Card
from languages.reading import current_code


def card_item(card: Card, *, on_map: bool = False) -> SafeString:
    """The item of a list that shows `card`, in the card's language. `on_map` names its place on the map beside the list."""
    return _card(card, on_map)


def piece(template: str, **values: Hashable) -> SafeString:
    """`template` with `values` as its whole context, in the language of the page: no context processor adds to it.

    Equal values must look the same: a model equals its older self, so its columns are given, not the model.
    """
    return _piece(template, current_code(), tuple(values.items()))


# Some 3 kB each.
@lru_cache(maxsize=2048)
def _card(card: Card, on_map: bool) -> SafeString:
    return render_to_string("partials/card.html", {"card": card, "on_map": on_map})


# Some 5 kB each.
@lru_cache(maxsize=512)
def _piece(template: str, language: str, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(template, dict(values))
