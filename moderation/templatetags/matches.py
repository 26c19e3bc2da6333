"""Formats the values of two events that may be the same, for the admin."""

from datetime import datetime
from typing import Any

from django import template

from pipeline.text.markup import line_of

register = template.Library()

#: Only so much of a text is shown for comparison.
MOST = 400


@register.filter
def shown(value: Any) -> str:
    """A column's value as plain text, `yes` and `no`, `–` where unknown."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%a %d %b %Y %H:%M %Z}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "–"
    if value is None or value == "":
        return "–"
    text = line_of(str(value))
    return text if len(text) <= MOST else f"{text[:MOST]} …"


@register.filter
def field_name(column: str) -> str:
    """A column's name for display: `start` for `start_at`."""
    return column.removesuffix("_at").replace("_", " ")


@register.filter
def as_percent(share: Any) -> str:
    """0.842 as `84 %`."""
    try:
        return f"{float(share):.0%}".replace("%", " %")
    except (TypeError, ValueError):
        return "–"
