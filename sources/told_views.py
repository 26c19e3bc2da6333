"""The page about the sources: which, how often, when last, under what terms, and what does not work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from events.seo import Meta
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from events.words import since_words
from pipeline.connectors import registry
from sources.enums import Health
from sources.queries.told import Told, told_sources

#: Counting is dear; nobody needs it to the minute.
_SECONDS: Final = 900
_KEY: Final = "sources-told:1"
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One source in words. `works` is false where something is wrong; `terms` is the address of its terms, or its platform's, or ''."""

    name: str
    url: str
    kind: str
    often: str
    last: str
    state: str
    works: bool
    credit: str
    terms: str
    upcoming: int
    is_sample: bool


@require_safe
@share_rendering
def sources_page(request: HttpRequest) -> HttpResponse:
    """`/sources/`: by city. The figures are at most a quarter of an hour old."""
    now = timezone.now().astimezone(UTC)
    rows: list[Told] = cache.get_or_set(_KEY, lambda: told_sources(now=now), _SECONDS) or told_sources(
        now=now
    )
    cities = [
        (city, slug, [_line(row, now) for row in group])
        for (city, slug), group in groupby(rows, key=lambda row: (row.city, row.city_slug))
    ]
    context = {
        "cities": cities,
        "number": len(rows),
        "failing": _failing(rows),
        "meta": Meta(
            title=_("Where the events come from"),
            description=_("Every source: how often it is asked, when it last answered, and its terms."),
            canonical=absolute("/sources/"),
        ),
    }
    return render(request, "sources/told.html", context)


def _failing(rows: Iterable[Told]) -> int:
    return sum(1 for row in rows if row.is_active and not _works(row))


def _works(row: Told) -> bool:
    return (
        row.is_sample
        or row.health in (Health.HEALTHY, Health.DEGRADED)
        or (row.health is Health.SLEEPING and row.is_active)
    )


def _line(row: Told, now: datetime) -> Line:
    known = registry.CONNECTORS.get(row.connector)
    facts = known.metadata if known else None
    terms = row.terms or (facts.terms if facts else "")
    return Line(
        name=row.name,
        url=row.url,
        kind=facts.title if facts else row.connector,
        often=_often(row.minutes) if row.is_active else "",
        last=since_words(row.covered_at.astimezone(UTC), now=now) if row.covered_at else _("not yet"),
        state=_state(row),
        works=_works(row),
        credit=facts.credit if facts else "",
        terms=terms if terms.startswith("https://") else "",
        upcoming=row.upcoming,
        is_sample=row.is_sample,
    )


def _often(minutes: int) -> str:
    if minutes < _HOUR:
        return ngettext("every minute", "every %(number)d minutes", minutes) % {"number": minutes}
    if minutes < _DAY:
        hours = round(minutes / _HOUR)
        return ngettext("every hour", "every %(number)d hours", hours) % {"number": hours}
    days = round(minutes / _DAY)
    return ngettext("every day", "every %(number)d days", days) % {"number": days}


def _state(row: Told) -> str:
    if row.is_sample:
        return _("Made up to show the site")
    if not row.is_active:
        return _("Switched off. What it listed stays until it is over.")
    return {
        Health.HEALTHY: _("Works"),
        Health.DEGRADED: _("Works, not always"),
        Health.FAILING: _("Does not answer as it should"),
        Health.REFUSED: _("Lets us read no more"),
        Health.NEEDS_KEY: _("Waits for a key"),
        Health.QUARANTINED: _("Its last answer waits for a moderator"),
        Health.SLEEPING: _("Not asked yet"),
    }[row.health]
