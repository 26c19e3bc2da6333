"""Template tags and filters: icons, counts, machine-readable data."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.words import count_words
from pipeline import taxonomy

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
    return taxonomy.subcategory_name(category, slug)


@register.filter
def counted(number: int, noun: str) -> str:
    """`{{ 3|counted:"event" }}` is `3 events`."""
    return count_words(number, noun)
