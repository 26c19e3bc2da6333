"""Sources in the admin."""

from sources.admin import clock, credential, gates, run, source, watch

__all__ = ["clock", "credential", "gates", "run", "source", "watch"]
