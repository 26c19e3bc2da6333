"""Where an event is: known places, points, and what the words say."""
