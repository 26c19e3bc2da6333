"""Galleries through the API: what readers see, to give a photo, and one's own."""
