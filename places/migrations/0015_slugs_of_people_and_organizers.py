"""Slugs of cities that new pages need; a city that has one gets another, and its old addresses redirect."""

from typing import Any

from django.db import migrations, models

# What was reserved at this migration; the list of the model may grow.
CITY_SLUGS = [
    "events", "venues", "search", "api", "admin", "static", "media", "ws", "mailbox", "about", "submit", "subscribe", "subscriptions", "healthz", "readyz",
    "metrics",
    "sitemap", "robots", "favicon", "accounts", "cities", "organizers", "performers", "series", "tags", "online", "elsewhere", "privacy", "opt-out",
    "go", "beacon",
    "en", "hi", "kn", "es", "fr", "embed", "oembed", "offline", "saved", "sources", "terms", "imprint", "map", "manifest", "sw", "opensearch", "llms",
    "languages", "pa", "pwa", "widget", "trending", "favourites", "share", "indexnow", "report", "correct", "help", "contact", "legal", "feeds", "scan",
    "organize", "for-me", "me", "registrations", "saved-searches", "developers", "check-in", "status", "recommendations", "webhooks", "ratings", "analytics",
]
CITIES = models.Q(slug__in=CITY_SLUGS)


def rename(apps: Any, schema_editor: Any) -> None:
    """Cities become `NAME-city`, with a number where that is another's."""
    City = apps.get_model("places", "City")
    for city in City.objects.filter(CITIES):
        wanted, number = f"{city.slug[:75]}-city", 1
        free = wanted
        while City.objects.filter(slug=free).exists():
            number += 1
            free = f"{wanted[:76]}-{number}"
        city.former_slugs, city.slug = [*city.former_slugs, city.slug], free
        city.save(update_fields=["slug", "former_slugs"])


class Migration(migrations.Migration):
    dependencies = [("places", "0014_former_slugs_of_areas")]

    operations = [
        migrations.RemoveConstraint(model_name="city", name="city_slug_not_reserved"),
        migrations.RunPython(rename, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="city",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=CITY_SLUGS), name="city_slug_not_reserved"),
        ),
    ]
