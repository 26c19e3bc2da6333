"""The organizer's desk: claims, teams, events of one's own, their figures and messages."""
