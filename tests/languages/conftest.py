"""The evening of the tests of events."""

from tests.events.conftest import tonight

__all__ = ["tonight"]
