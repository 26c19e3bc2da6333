"""What starts a run: the clock, a person, a file, a message that was sent to us, or kept answers that are read again."""
