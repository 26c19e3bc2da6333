"""The source with a slug, created if missing."""

from collections.abc import Mapping
from typing import Any

from pipeline.connectors import registry
from places.models import City
from sources.models import Source


def ensure_source(
    slug: str,
    *,
    connector: str,
    config: Mapping[str, Any],
    city: City | None,
    url: str = "",
    is_sample: bool = False,
    trust: str = "",
) -> Source:
    """The source with that slug, created if missing.

    An existing one keeps what an operator set; a given configuration replaces its own.
    """
    kind = registry.get(connector)
    source, made = Source.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug.replace("-", " ").replace("_", " ").capitalize(),
            "type": kind.metadata.type.value,
            "connector": connector,
            "config": dict(config),
            "city": city,
            "url": url,
            "is_sample": is_sample,
            **({"trust": trust} if trust else {}),
        },
    )
    if not made and (
        (config and source.config != dict(config))
        or (city and source.city_id != city.id)
        or source.connector != connector
    ):
        source.connector, source.type = connector, kind.metadata.type.value
        source.config, source.city = dict(config) or source.config, city or source.city
        source.save()
    return Source.objects.select_related("city").get(pk=source.pk)
