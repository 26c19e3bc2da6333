"""Suggestions while typing: events, places, cities, categories."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from events.queries.filtering import not_over, public
from events.queries.text import suggestions
from pipeline.taxonomy import CATEGORIES
from pipeline.text.folding import fold, fold_name
from places.enums import PlaceState
from places.models import Place
from places.queries import gazetteer


def suggest(words: str, *, city: str, limit: int, now: datetime) -> list[dict[str, str]]:
    """At most `limit` suggestions `{"type", "text", "id"}`.

    Two queries. Cities and categories that begin with the words, then events and places, each title once.
    """
    begun = fold_name(words)
    named = [
        _row("city", found.name, found.slug)
        for found in gazetteer().cities
        if fold_name(found.name).startswith(begun)
    ]
    named += [
        _row("category", found.name, found.slug)
        for found in CATEGORIES
        if fold_name(found.name).startswith(begun)
    ]
    titles = _titles(words, city, limit, now)
    places = _places(words, city, limit)
    return [*named[: max(limit // 2, 1)], *_mixed(titles, places)][:limit]


def _titles(words: str, city: str, limit: int, now: datetime) -> list[dict[str, str]]:
    events = public().filter(not_over(now), **({"city__slug": city} if city else {}))
    rows: dict[str, dict[str, str]] = {}
    for pk, title in suggestions(events, words, limit=limit * 3).values_list("pk", "title"):
        rows.setdefault(fold_name(title), _row("event", title, pk))
    return list(rows.values())


def _places(words: str, city: str, limit: int) -> list[dict[str, str]]:
    folded = fold(words)
    near = Q(folded_name__startswith=folded) | Q(folded_name__contains=f" {folded}")
    places = Place.objects.filter(near, state=PlaceState.ACTIVE, **({"city__slug": city} if city else {}))
    return [
        _row("place", name, pk)
        for pk, name in places.order_by("folded_name", "id").values_list("pk", "name")[:limit]
    ]


def _mixed(titles: list[dict[str, str]], places: list[dict[str, str]]) -> list[dict[str, str]]:
    """Titles and places in turn, so that neither hides the other."""
    rows: list[dict[str, str]] = []
    for index in range(max(len(titles), len(places))):
        rows += titles[index : index + 1] + places[index : index + 1]
    return rows


def _row(kind: str, text: str, key: Any) -> dict[str, str]:
    return {"type": kind, "text": text, "id": str(key)}
