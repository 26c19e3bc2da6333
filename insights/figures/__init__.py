"""Figures: what happened to events, who stayed, and what was looked for; as sums that name nobody."""
