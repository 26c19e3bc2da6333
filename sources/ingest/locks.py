"""Locks that are held while the events and places of a city are written."""

from collections.abc import Collection

from django.db import connection


def lock_cities(cities: Collection[str]) -> None:
    """Allow one writer per city until the transaction ends.

    Cities are always locked in the same order, so that writers cannot deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended('record ' || city, 0) AS key FROM unnest(%s::text[]) AS city"
            " ORDER BY key) AS keys",
            [sorted(cities)],
        )
