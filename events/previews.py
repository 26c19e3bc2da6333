"""A preview of the card of an event that is not stored."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from events.cards import Card, Picture, card
from events.facts import columns
from events.models import Category, Event


def preview_card(
    facts: Mapping[str, Any], *, now: datetime, categories: Mapping[str, str], area: str = ""
) -> Card:
    """The card of a normalized event (`NormalizedEvent.to_json`), which is not stored.

    `categories` has names by slug; `area` is a name.
    """
    values = columns(facts)
    slug = values.pop("category_id")
    event = Event(**values, category=Category(slug=slug, name=categories.get(slug, slug.title())))
    pictures = facts.get("images") or []
    shown = card(event, now=now)
    address = str(pictures[0].get("url", "")) if pictures else ""
    picture = Picture(url=address) if address else None
    return replace(shown, area=area, picture=picture, href=event.url or "#")
