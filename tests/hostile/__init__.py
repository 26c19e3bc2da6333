"""Hostile texts, the rule for readers of them, and the table of all readers.

`texts.py` makes the texts, `measure.py` has the rule, `readers/` the table; `test_patterns.py` and
`test_readers.py` combine them.
"""
