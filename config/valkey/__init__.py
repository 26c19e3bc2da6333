"""A circuit breaker for Valkey.

Valkey holds only hints: a process that gets no answer within a second continues without it, and does not try
again for a while. Django's cache (`cache.HintCache`), the channel layer (`layer.HintLayer`) and the queue
(`config.celery`) share one breaker in each process. docs/without-valkey.md describes what each user of Valkey
does without it.
"""
