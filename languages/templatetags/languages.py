"""Filters for the addresses of a page in the languages of the site."""

from django import template

from languages import addresses
from languages import script_words as scripts
from languages.reading import current_code

register = template.Library()


@register.filter
def in_language(address: str) -> str:
    """The same page in the language of the page that is being made."""
    return addresses.in_language(address, current_code())


@register.filter
def alternates(address: str) -> list[tuple[str, str]]:
    """The page in all languages, as (code, address)."""
    return addresses.alternates(address)


@register.simple_tag
def script_words() -> dict[str, str]:
    """What scripts say in the language of the page, by the English texts; {} in English."""
    return scripts.script_words()
