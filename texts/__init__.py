"""Texts about the site that whoever runs it writes: privacy, imprint, terms."""
