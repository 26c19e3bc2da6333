"""Chaos for the live feed: what is killed, restarted, wiped or lost, and what every reader must hold
afterwards (docs/live.md, "Chaos")."""
