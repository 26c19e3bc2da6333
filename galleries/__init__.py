"""Photos that readers give to events and venues."""
