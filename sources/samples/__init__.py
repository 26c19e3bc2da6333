"""Sample feeds of an invented fortnight in Bengaluru, so that a first start shows a lively city. Pure."""
