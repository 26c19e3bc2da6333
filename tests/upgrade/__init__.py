"""A database of an older version is upgraded: its data is read, and its queued tasks are done.

`database.sql.gz` was made by `make_dump.py` in a checkout of commit 88f9c26, the last one before guesses,
rights and budgets moved into the database. Names that it stored, or that others used, are in `names.py`.
"""
