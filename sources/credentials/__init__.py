"""Credentials of platforms: stored, checked, renewed and replaced."""
