"""Addresses of the admin's lists, with the filters that make a list show what a figure counts."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def address_of(model: str, **filters: Any) -> str:
    """The list of a model, such as `sources_source`, with these filters; a moment is written in UTC."""
    query = urlencode({name: _written(value) for name, value in filters.items()})
    path = reverse(f"admin:{model}_changelist")
    return f"{path}?{query}" if query else path


def _written(value: Any) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
