"""Chaos for the live feed.

Processes killed and restarted, data wiped or lost, and what every reader must have afterwards. See
docs/live.md, "Chaos".
"""
