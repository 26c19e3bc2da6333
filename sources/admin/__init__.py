"""Sources at the desk."""

from sources.admin import clock, run, source

__all__ = ["clock", "run", "source"]
