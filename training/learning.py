"""scikit-learn, which only training uses and only development installs."""

from importlib import import_module
from typing import Any

from django.core.management.base import CommandError


def scikit_learn(part: str) -> Any:
    """A module of scikit-learn by its name below `sklearn`. Raises CommandError where it is not installed."""
    try:
        return import_module(f"sklearn.{part}")
    except ModuleNotFoundError as missing:
        raise CommandError(
            "Training needs scikit-learn, which only development installs: make setup-dev", returncode=2
        ) from missing
