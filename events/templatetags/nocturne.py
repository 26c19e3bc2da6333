"""Template tags and filters: icons, counts, machine-readable data."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events import fragments, words
from events.cards import Card

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
def piece(template_name: str, **values: Any) -> SafeString:
    """`{% piece "partials/foot.html" city_name=city.name %}` is that template with these values, rendered once for equal ones."""
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return fragments.piece(template_name, **plain)
