"""What a person keeps here: preferences, favourites, what they follow, their calendar, events for them."""
