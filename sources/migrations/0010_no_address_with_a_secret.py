"""A source's public address is none that lets its holder in: such a one stands in its configuration alone."""

from typing import Any

from django.db import migrations

from pipeline.masking import has_secret


def clean(apps: Any, schema_editor: Any) -> None:
    Source = apps.get_model("sources", "Source")
    for pk, url in Source.objects.exclude(url="").values_list("pk", "url").iterator():
        if has_secret(url):
            Source.objects.filter(pk=pk).update(url="")


class Migration(migrations.Migration):
    dependencies = [("sources", "0009_set_aside")]
    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
