"""Creates missing shipped sources. An operator's changes stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from pipeline.connectors import registry
from places.models import City
from sources.models import Source
from sources.platform_keys import from_environment, missing
from sources.setup.catalog import CityPlatforms, Seed, seeds


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """How many sources were created and existed, and the missing variables with the number of their sources."""

    made: int
    known: int
    wanted: dict[str, int]


def seed_sources(*, city: str = "") -> Seeded:
    """Create the shipped sources of all cities, or of one (its slug), switched off.

    A person enables each, which checks its key.
    """
    rows = City.objects.order_by("slug")
    cities = rows.filter(slug=city) if city else rows
    wanted = list(seeds(_facts(cities)))
    ids = {row.slug: row.id for row in cities}
    before = set(
        Source.objects.filter(slug__in=[seed.slug for seed in wanted]).values_list("slug", flat=True)
    )
    Source.objects.bulk_create(
        [_source(seed, ids) for seed in wanted if seed.slug not in before], ignore_conflicts=True
    )
    lacking: dict[str, int] = {}
    for seed in wanted:
        for variable in _lacking(seed):
            lacking[variable] = lacking.get(variable, 0) + 1
    return Seeded(made=len(wanted) - len(before), known=len(before), wanted=lacking)


def _facts(cities: Iterable[City]) -> list[CityPlatforms]:
    return [
        CityPlatforms(slug=c.slug, name=c.name, country=c.country, region=c.region, platforms=c.platform_ids)
        for c in cities
    ]


def _lacking(seed: Seed) -> tuple[str, ...]:
    metadata = registry.get(seed.connector).metadata
    return missing(metadata, from_environment(metadata))


def _source(seed: Seed, ids: Mapping[str, UUID]) -> Source:
    lacks = _lacking(seed)
    detail = (
        f"Set {' and '.join(lacks)} in the environment, or give it a credential; then enable it."
        if lacks
        else seed.note
    )
    return Source(
        slug=seed.slug,
        name=seed.name,
        type=seed.type.value,
        connector=seed.connector,
        config=dict(seed.config),
        url=seed.url,
        city_id=ids[seed.city],
        schedule_minutes=seed.interval.minutes,
        schedule_at=seed.interval.at,
        health="needs_key" if lacks else "sleeping",
        health_detail=detail,
    )
