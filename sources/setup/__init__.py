"""The setup of sources: created, switched on, and described to connectors and pipeline steps."""
