"""Records that pass between the rooms of the pipeline, and the table of an event's fields."""
