"""Locks held while events and places of a city are written."""

from collections.abc import Collection

from django.db import connection


def lock_cities(cities: Collection[str]) -> None:
    """One writer per city at a time, until the transaction ends; always in the same order, so that no two
    writers wait in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended('record ' || city, 0) AS key FROM unnest(%s::text[]) AS city"
            " ORDER BY key) AS keys",
            [sorted(cities)],
        )
