"""The read-only part of the API: events, cities, places, search."""
