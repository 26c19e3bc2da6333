"""Reads of notices, and of whom they are for."""
