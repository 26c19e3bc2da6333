"""Fits the matcher."""
