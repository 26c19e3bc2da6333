"""Sitemaps: cities with events, and upcoming events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.utils import timezone

from events.models import Event
from events.queries import city_counts, public
from events.queries.filtering import not_over


class CitySitemap(Sitemap):
    """Pages of cities with events."""

    changefreq = "hourly"

    def items(self) -> Iterable[Any]:
        return [held.city for held in city_counts(now=timezone.now()) if held.upcoming]

    def location(self, item: Any) -> str:
        return f"/{item.slug}/"


class EventSitemap(Sitemap):
    """Pages of events that are not over."""

    limit = 5000

    def items(self) -> Iterable[Event]:
        return public().filter(not_over(timezone.now())).only("id", "slug", "updated_at").order_by("id")

    def lastmod(self, item: Event) -> datetime:
        return item.updated_at


SITEMAPS = {"cities": CitySitemap, "events": EventSitemap}
