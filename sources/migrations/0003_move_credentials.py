"""The secrets that sources held themselves become credentials."""

import json
from typing import Any

from django.db import migrations


def move(apps: Any, schema_editor: Any) -> None:
    Source, Credential = apps.get_model("sources", "Source"), apps.get_model("sources", "Credential")
    for source in Source.objects.filter(credential__isnull=True).exclude(credentials=""):
        name = source.slug if not Credential.objects.filter(name=source.slug).exists() else f"{source.slug[:80]} {source.pk.hex[-12:]}"
        source.credential = Credential.objects.create(name=name, connector=source.connector, kind="key", secret=_object(source.credentials))
        source.save(update_fields=["credential"])


def move_back(apps: Any, schema_editor: Any) -> None:
    Source = apps.get_model("sources", "Source")
    for source in Source.objects.filter(credential__isnull=False, type="webhook").select_related("credential"):
        source.credentials = source.credential.secret
        source.save(update_fields=["credentials"])


def _object(text: str) -> str:
    """What was no JSON object was the secret itself."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    return text if isinstance(value, dict) else json.dumps({"secret": text})


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_health_credentials_pauses")]

    operations = [migrations.RunPython(move, move_back)]
