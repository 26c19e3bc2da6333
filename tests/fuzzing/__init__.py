"""Schemathesis over the whole schema of the API, against a site of its own (docs/api-fuzzing.md).

Not a test of the suite: it has an environment of its own, and takes an hour and more. `make api-fuzz` runs it.
"""
