"""Sample feeds of an invented fortnight in Bengaluru, so that a first start shows a city that is alive. Pure:
a day in, bytes out."""
