"""Enumerations as Django's choices."""

from enum import StrEnum


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Each word as value and label, without an empty one."""
    return [(word.value, word.value) for word in words if word]
