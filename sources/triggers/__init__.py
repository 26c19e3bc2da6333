"""Triggers of runs: the clock, a person, a file, a submitted message, or kept answers that are read again."""
