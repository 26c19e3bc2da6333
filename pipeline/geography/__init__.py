"""Where: cities and countries, coordinates, addresses, and whether two places are one. Nothing of a database."""
