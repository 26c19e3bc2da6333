"""Ratings through the API: what readers see, one's own, and a team's answer."""
