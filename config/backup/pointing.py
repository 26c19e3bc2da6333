"""Lets Django's connection lead to another database for a while."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def pointed_at(changes: Mapping[str, Any]) -> Iterator[None]:
    """Run the block with other values of DATABASES, such as NAME."""
    connection.close()
    former = dict(connection.settings_dict)
    connection.settings_dict.update(changes)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(former)
