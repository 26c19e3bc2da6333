"""Valkey is a hint: who cannot ask it within a second goes on without, and the next one does not even try for
a while.

Django's cache (`cache.HintCache`), the channel layer (`layer.HintLayer`) and the queue (`config.celery`) ask
one breaker of their process. What each user of Valkey does without it stands in docs/without-valkey.md.
"""
