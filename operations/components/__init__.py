"""The components of the installation: how each does, since when, and what to do."""
