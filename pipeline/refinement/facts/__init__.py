"""Facts from the text of an event: performers, ages, accessibility, indoor or outdoor."""
