"""Pages of the organizer's desk."""
