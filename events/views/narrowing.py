"""The links and fields by which a city's list is narrowed: days, categories, months, prices, areas."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_noop

from events.calendars import category_weeks, day_strip, month_grid
from events.queries import Beat
from events.scope import DAYS, Scope
from events.times import When
from events.words import category_names

_WHEN = (
    ("today", gettext_noop("Today")),
    ("tonight", gettext_noop("Tonight")),
    ("tomorrow", gettext_noop("Tomorrow")),
    ("weekend", gettext_noop("This weekend")),
    ("week", gettext_noop("Next 7 days")),
)
_QUICK = (
    (gettext_noop("Today"), When.TODAY),
    (gettext_noop("Tonight"), When.TONIGHT),
    (gettext_noop("Tomorrow"), When.TOMORROW),
    (gettext_noop("Weekend"), When.WEEKEND),
    (gettext_noop("Week"), When.WEEK),
)


class _Link(NamedTuple):
    """A link that adds one condition, or takes it off where it is `current`; `slug` of a category."""

    word: str
    href: str
    current: bool
    slug: str = ""


class _Option(NamedTuple):
    """A choice of a select."""

    value: str
    word: str
    selected: bool


class _Options(NamedTuple):
    """The choices of the filter form, field by field."""

    when: tuple[_Option, ...]
    category: tuple[_Option, ...]
    area: tuple[_Option, ...]
    price: tuple[_Option, ...]


def narrowing(scope: Scope, beats: Sequence[Beat], now: datetime) -> dict[str, Any]:
    """The context of `events/filters.html` and of the calendars. `beats` are those of every category."""
    chosen = scope.wanted.categories
    own = [beat for beat in beats if beat.category in chosen] if chosen else beats
    month = scope.month
    return {
        "quick": _quick(scope, now),
        "kinds": _kinds(scope, beats),
        "options": _options(scope, now),
        "kept": [
            (name, value)
            for name, value in scope.query.items()
            if name in ("tag", "price_max", "bbox", "ongoing")
        ],
        "picker": [(name, value) for name, value in scope.query.items() if name not in DAYS],
        "day": scope.query["day"] if scope.wanted.day else "",
        "today": now.date().isoformat(),
        "strip": [] if month else day_strip(own, now=now, address=scope.addresses, selected=scope.selected),
        "month": month_grid(own, month=month, now=now, address=scope.addresses) if month else None,
        "weeks": [] if month else category_weeks(beats, now=now, address=scope.addresses),
    }


def _quick(scope: Scope, now: datetime) -> list[_Link]:
    """Links to the most requested days, with the other conditions."""
    days = [
        _Link(
            word=gettext(word),
            href=scope.address(when="" if scope.wanted.when is when else when.value),
            current=scope.wanted.when is when,
        )
        for word, when in _QUICK
    ]
    month = _Link(
        word=gettext("Month"),
        href=scope.address(month="" if scope.month else f"{now:%Y-%m}"),
        current=scope.month is not None,
    )
    return [*days, month]


def _kinds(scope: Scope, beats: Sequence[Beat]) -> list[_Link]:
    """Every category that has something in the coming days, with the other conditions; those with most first."""
    totals: dict[str, int] = {}
    for beat in beats:
        totals[beat.category] = totals.get(beat.category, 0) + beat.events
    chosen = scope.wanted.categories[0] if scope.wanted.categories else ""
    addresses = scope.addresses
    names = category_names()
    slugs = sorted(totals, key=lambda slug: (slug != chosen, -totals[slug], slug))
    if chosen and chosen not in totals:
        slugs.insert(0, chosen)
    return [
        _Link(
            slug=slug,
            word=names.get(slug, slug),
            href=addresses({"category": "" if slug == chosen else slug}),
            current=slug == chosen,
        )
        for slug in slugs
    ]


def _options(scope: Scope, now: datetime) -> _Options:
    """The selects of the filter form. The day or month of the list is one more choice of days."""
    asked = scope.query
    other = asked.get("day") or asked.get("month")
    if other:
        words = next(
            chip.word for name, chip in zip(asked, scope.chips(today=now.date()), strict=True) if name in DAYS
        )
        asked = {**asked, "when": other}
    said = {
        "when": [*((value, gettext(word)) for value, word in _WHEN), *([(other, words)] if other else [])],
        "category": list(category_names().items()),
        "area": [(area.slug, area.name) for area in scope.city.areas.all()],
        "price": [("free", gettext("Free")), ("paid", gettext("Paid"))],
    }
    return _Options(
        **{
            name: tuple(_Option(value, word, asked.get(name) == value) for value, word in pairs)
            for name, pairs in said.items()
        }
    )
