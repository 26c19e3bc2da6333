"""Dry runs for staff and API clients: an address or an answer is read and refined, and nothing is stored."""
