"""Prices and currencies."""
