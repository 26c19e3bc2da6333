"""A database of an older version, upgraded: what that version wrote is read, and what it queued is done.

`database.sql.gz` was made by `make_dump.py` in a checkout of commit 88f9c26, the last one before guesses, rights and
budgets moved into the database. The names that it wrote, or that others knew of it, are in `names.py`.
"""
