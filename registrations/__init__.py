"""Who comes to an event: places, waitlist, offers, check-in."""
