"""Slugs of cities and areas that codes of languages and new pages need; whoever has one gets another.

A city keeps its old slug in `former_slugs`, and its old addresses redirect.
"""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

# What was reserved at this migration; the lists of the models may grow.
SEGMENTS = [
    "today", "tonight", "tomorrow", "weekend", "week", "month", "calendar", "ongoing", "online", "free", "tags", "venues", "map", "live", "feed", "scan",
    "music", "nightlife", "stage", "comedy", "film", "art", "books", "food", "market", "festival", "tech", "business", "talk", "workshop", "wellness",
    "sport", "outdoors", "family", "community", "faith", "games", "other",
    "trending", "past", "sources", "embed", "saved",
]
CITY_SLUGS = [
    "events", "venues", "search", "api", "admin", "static", "media", "ws", "mailbox", "about", "submit", "subscribe", "subscriptions", "healthz", "readyz",
    "metrics",
    "sitemap", "robots", "favicon", "accounts", "cities", "organizers", "performers", "series", "tags", "online", "elsewhere", "privacy", "opt-out",
    "go", "beacon",
    "en", "hi", "kn", "es", "fr", "embed", "oembed", "offline", "saved", "sources", "terms", "imprint", "map", "manifest", "sw", "opensearch", "llms",
    "languages", "pa", "pwa", "widget", "trending", "favourites", "share", "indexnow", "report", "correct", "help", "contact", "legal", "feeds", "scan",
]
DATED = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
AREAS = models.Q(slug__in=SEGMENTS) | models.Q(slug__regex=DATED)
CITIES = models.Q(slug__in=CITY_SLUGS)


def _free(model: Any, wanted: str) -> str:
    """`wanted`, or with a number behind it where another row has it."""
    found, number = wanted, 1
    while model.objects.filter(slug=found).exists():
        number += 1
        found = f"{wanted[:76]}-{number}"
    return found


def rename(apps: Any, schema_editor: Any) -> None:
    """Cities become `NAME-city`, areas `NAME-area`, with a number where that is another's."""
    Area, City = apps.get_model("places", "Area"), apps.get_model("places", "City")
    for area in Area.objects.filter(AREAS):
        area.slug = _free(Area, f"{area.slug[:75]}-area")
        area.save(update_fields=["slug"])
    for city in City.objects.filter(CITIES):
        city.former_slugs, city.slug = [*city.former_slugs, city.slug], _free(City, f"{city.slug[:75]}-city")
        city.save(update_fields=["slug", "former_slugs"])


class Migration(migrations.Migration):
    dependencies = [("places", "0012_more_reserved_slugs")]

    operations = [
        migrations.AddField(
            model_name="city",
            name="former_slugs",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None),
        ),
        migrations.RemoveConstraint(model_name="area", name="area_slug_not_reserved"),
        migrations.RemoveConstraint(model_name="city", name="city_slug_not_reserved"),
        migrations.RunPython(rename, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=SEGMENTS) & ~models.Q(slug__regex=DATED), name="area_slug_not_reserved"),
        ),
        migrations.AddConstraint(
            model_name="city",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=CITY_SLUGS), name="city_slug_not_reserved"),
        ),
    ]
