"""Search for people: what a text asks for, and the events that answer it best.

`understanding` turns a text into filters with chips and words; `answering` finds and orders events, and relaxes what
nothing answers; `counts` and `suggesting` serve facets and the field. The text filter itself (which event a word
matches) is `events.filters.words`, one definition for the database and for memory.
"""
