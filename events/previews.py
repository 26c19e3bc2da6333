"""A card for an event that is not recorded: what readers would see of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events.cards import Card, card
from events.facts import columns
from events.models import Category, Event


def preview_card(facts: Mapping[str, Any], *, now: datetime, categories: Mapping[str, str], area: str = "") -> Card:
    """The card of a normalized event (`NormalizedEvent.to_json`), saved nowhere. `categories` gives names by slug; `area` is a name."""
    values = columns(facts)
    slug = values.pop("category_id")
    event = Event(**values, category=Category(slug=slug, name=categories.get(slug, slug.title())))
    pictures = facts.get("images") or []
    shown = card(event, now=now)
    image = str(pictures[0].get("url", "")) if pictures else ""
    return Card(
        **{**{name: getattr(shown, name) for name in shown.__dataclass_fields__}, "area": area, "image": image, "href": event.url or "#"}
    )
