"""The location of an event: known places, coordinates, and the words of its venue."""
