"""The pages of errors that lead on: what is not found offers a search and a city."""

from typing import Final
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rapidfuzz import fuzz, process

from pipeline import patterns
from pipeline.text.folding import fold_name
from places.enums import CityState
from places.models import City

#: Characters of an address that are read, and of the words that are searched.
_LONGEST: Final = 200
_MOST: Final = 80
#: So alike (of 100) is a mistyped city at least.
_ALIKE: Final = 80
_NO_WORDS: Final = patterns.compile(r"\b[0-9a-f]{12,}\b|\b\d+\b|\.[a-z]{2,5}$|[^\w'’]+|_+", longest=_LONGEST)
#: First segments that say what a page is, not what it is about.
_KINDS: Final = frozenset({"events", "venues", "organizers", "performers", "series", "tags", "go", "media"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with a search for the words of the address, and the city that it names or nearly names. One query."""
    words = words_of(request.path_info)
    city = _city_in(request.path_info)
    context = {"words": words, "city": city, "live": None}
    return render(request, "404.html", context, status=404)


def words_of(path: str) -> str:
    """The words of an address: `/events/late-night-jazz-0a1b2c…/` is `late night jazz`."""
    said = unquote(path[:_LONGEST])[:_LONGEST]
    first, _, rest = said.lstrip("/").partition("/")
    words = " ".join(_NO_WORDS.sub(" ", rest if first in _KINDS else said).split())
    return words if len(words) <= _MOST else words[:_MOST].rpartition(" ")[0]


def _city_in(path: str) -> City | None:
    """The active city whose slug or name the first segment is, but for typing errors; None for others."""
    asked = fold_name(unquote(path.lstrip("/").partition("/")[0])[:_MOST])
    if len(asked) < 4:  # a shorter word is like many
        return None
    names: dict[str, City] = {}
    for city in City.objects.filter(state=CityState.ACTIVE).only("slug", "name"):
        names |= {fold_name(city.slug): city, fold_name(city.name): city}
    found = process.extractOne(asked, names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return names[found[0]] if found else None
