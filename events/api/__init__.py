"""The reading side of the API: events, cities, places, search."""
