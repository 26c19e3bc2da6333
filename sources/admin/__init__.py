"""Sources at the desk."""

from sources.admin import clock, credential, run, source, watch

__all__ = ["clock", "credential", "run", "source", "watch"]
