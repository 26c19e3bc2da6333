"""A source as it is set up: created, switched on, and described to connectors and pipeline steps."""
