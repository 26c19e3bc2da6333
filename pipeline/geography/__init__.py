"""Geography: cities and countries, coordinates, addresses, and whether two places are one. No database."""
