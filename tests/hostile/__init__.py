"""Hostile texts, the rule that a reader of them must keep, and the table of all readers.

`texts.py` makes the texts, `measure.py` the rule, `readers/` the table; `test_patterns.py` and
`test_readers.py` bring them together.
"""
