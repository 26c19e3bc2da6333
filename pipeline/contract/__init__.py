"""The records that pass between the rooms of the pipeline, and the one table of an event's fields."""
