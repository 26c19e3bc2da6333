"""Parsers of dates, times and zones as machines and people write them."""
