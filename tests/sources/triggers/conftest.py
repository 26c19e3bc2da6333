"""The runs of these tests may have child processes (`tests/sources/forking.py`)."""

from tests.sources.forking import _children_are_possible

__all__ = ["_children_are_possible"]
