"""Areas and cities that have the slug of a new page get another one, then the database refuses such slugs."""

from typing import Any

from django.db import migrations, models

# What was reserved at this migration; the lists of the models have grown since.
SEGMENTS = [
    "today", "tonight", "tomorrow", "weekend", "week", "month", "calendar", "ongoing", "online", "free", "tags", "venues", "map", "live", "feed", "scan",
    "music", "nightlife", "stage", "comedy", "film", "art", "books", "food", "market", "festival", "tech", "business", "talk", "workshop", "wellness",
    "sport", "outdoors", "family", "community", "faith", "games", "other",
]
CITY_SLUGS = [
    "events", "venues", "search", "api", "admin", "static", "media", "ws", "mailbox", "about", "submit", "subscribe", "subscriptions", "healthz", "readyz",
    "metrics",
    "sitemap", "robots", "favicon", "accounts", "cities", "organizers", "performers", "series", "tags", "online", "elsewhere", "privacy", "opt-out",
    "go", "beacon",
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
    """A city keeps its old slug as `legacy_id`, if it has none: what names it there still finds it."""
    Area, City = apps.get_model("places", "Area"), apps.get_model("places", "City")
    for area in Area.objects.filter(AREAS):
        area.slug = _free(Area, f"{area.slug[:75]}-area")
        area.save(update_fields=["slug"])
    for city in City.objects.filter(CITIES):
        city.legacy_id, city.slug = city.legacy_id or city.slug, _free(City, f"{city.slug[:75]}-city")
        city.save(update_fields=["slug", "legacy_id"])


class Migration(migrations.Migration):
    dependencies = [("places", "0011_members_keep_their_cities")]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="area", name="area_slug_not_reserved"),
        migrations.RemoveConstraint(model_name="city", name="city_slug_not_reserved"),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=SEGMENTS) & ~models.Q(slug__regex=DATED), name="area_slug_not_reserved"),
        ),
        migrations.AddConstraint(
            model_name="city",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=CITY_SLUGS), name="city_slug_not_reserved"),
        ),
    ]
