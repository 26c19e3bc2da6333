"""From the bytes of a run to staged rows, events and reviews."""
