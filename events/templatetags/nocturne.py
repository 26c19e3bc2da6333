"""Template tags and filters: icons, counts, machine-readable data."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events import fragments, words
from events.calendars import CategoryWeek
from events.cards import Card
from events.charts import VibeRow

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of `templates/partials/icons.html`. It is decorative, since a word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )


@register.filter
def subcategory_of(slug: str, category: str) -> str:
    """`{{ "stand_up"|subcategory_of:"comedy" }}` is `Stand-up`."""
    return words.subcategory_name(category, slug)


@register.filter
def category_name(slug: str) -> str:
    """`{{ "music"|category_name }}` is `Music`."""
    return words.category_name(slug)


@register.filter
def events(number: int) -> str:
    """`{{ 3|events }}` is `3 events`."""
    return words.event_count(number)


@register.simple_tag
def card_item(card: Card, on_map: bool = False) -> SafeString:
    """`{% card_item card %}` is the item of a list that shows a card."""
    return fragments.card_item(card, on_map=bool(on_map))


@register.simple_tag
def weeks_table(weeks: Sequence[CategoryWeek]) -> SafeString:
    """`{% weeks_table weeks %}` is the table of categories by day."""
    return fragments.weeks_table(weeks)


@register.simple_tag
def vibe_table(rows: Sequence[VibeRow], base: str) -> SafeString:
    """`{% vibe_table vibe scope.base %}` is the table of categories by hour."""
    return fragments.vibe_table(rows, base)
