"""Hostile texts, the rule for readers of them, and the table of all readers.

`texts.py` makes the texts, `measure.py` has the rule, `readers/` the table; `test_patterns.py` and
`test_readers.py` combine them. `injections.py` makes texts that would run where they are shown without care, and
`planted.py` puts them into events (tests/browser/test_hostile_texts.py, tests/events/test_hostile_feeds.py).
"""
