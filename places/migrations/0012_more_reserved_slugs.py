"""Areas and cities that have the slug of a new page get another one, then the database refuses such slugs."""

from typing import Any

from django.db import migrations, models

from places.models.place import DATED_SEGMENT, RESERVED_CITIES, RESERVED_SEGMENTS

AREAS = models.Q(slug__in=RESERVED_SEGMENTS) | models.Q(slug__regex=DATED_SEGMENT)
CITIES = models.Q(slug__in=RESERVED_CITIES)


def rename(apps: Any, schema_editor: Any) -> None:
    """A city keeps its old slug as `legacy_id`, if it has none: what names it there still finds it."""
    for area in apps.get_model("places", "Area").objects.filter(AREAS):
        area.slug = f"{area.slug[:75]}-area"
        area.save(update_fields=["slug"])
    for city in apps.get_model("places", "City").objects.filter(CITIES):
        city.legacy_id, city.slug = city.legacy_id or city.slug, f"{city.slug[:75]}-city"
        city.save(update_fields=["slug", "legacy_id"])


class Migration(migrations.Migration):
    dependencies = [("places", "0011_members_keep_their_cities")]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="area", name="area_slug_not_reserved"),
        migrations.RemoveConstraint(model_name="city", name="city_slug_not_reserved"),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=RESERVED_SEGMENTS) & ~models.Q(slug__regex=DATED_SEGMENT), name="area_slug_not_reserved"),
        ),
        migrations.AddConstraint(
            model_name="city",
            constraint=models.CheckConstraint(condition=~models.Q(slug__in=RESERVED_CITIES), name="city_slug_not_reserved"),
        ),
    ]
