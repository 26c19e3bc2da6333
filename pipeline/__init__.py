"""Bytes to refined records: pure Python, below all apps. It imports none of them, nor Django, Celery or a
database."""
