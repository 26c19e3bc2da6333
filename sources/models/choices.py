"""Enumerations as Django's choices."""

from enum import StrEnum


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Each word as value and label; an empty one is left out."""
    return [(word.value, word.value) for word in words if word]
