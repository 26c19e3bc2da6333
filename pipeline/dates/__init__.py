"""Dates, times and zones, as machines and people write them: the one place of their readers."""
